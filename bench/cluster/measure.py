"""Measures parts of `elanus bench cluster`, each with a cluster of its own, keeps what it found, and reports all that is kept. Called by bench/run."""

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import time

import numpy as np

import asked
import inserting
import moving
import oracle
import report
import searching


@dataclasses.dataclass(frozen=True)
class Context:
    """
    data: folder of the glosses; rows: of them that are used; seconds: of a measured phase; warm_seconds: the most for what goes before;
    folder: of the servers, removed afterwards.
    """

    root: pathlib.Path
    work: pathlib.Path
    jdk: pathlib.Path
    classpath: str
    rows: int
    seconds: float
    warm_seconds: float

    @property
    def data(self):
        return self.work / "wn384"

    @property
    def folder(self):
        return self.work / "cluster/servers"

    def truth(self):
        """[queries x 10] the nearest rows by cosine; made once."""
        kept = self.work / ("cluster/nearest-%d.npy" % self.rows)
        if not kept.exists():
            base, query = np.load(self.data / "base.npy")[: self.rows], np.load(self.data / "query.npy")
            np.save(kept, np.argsort(-(query @ base.T), axis=1)[:, :10])
        return kept


MEASURES = {
    "standalone": searching.standalone,
    "cluster": searching.cluster,
    **{"search-%d" % n: lambda context, n=n: searching.of_nodes(context, n) for n in (1, 4)},
    **{"insert-%d" % n: lambda context, n=n: inserting.measured(context, n) for n in (1, 2, 4)},
    "moves": moving.measured,
    "oracle": oracle.measured,
}


def cpu_model():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def commit(root):
    """A + when the code is not what was committed; documents do not count."""
    git = lambda *words: subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True).stdout.strip()
    return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "--", ":!*.md", ":!bench/results") else "")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    ap = asked.parser()
    ap.add_argument("--root", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--work", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--jdk", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--classpath", required=True, help=argparse.SUPPRESS)
    a = asked.arguments(ap)
    rows, seconds, warm = (12_000, 3, 40) if a.quick else (60_000, 8, 120)
    context = Context(a.root, a.work, a.jdk, a.classpath, rows, seconds, warm)
    kept = a.work / ("cluster/parts-quick" if a.quick else "cluster/parts")
    kept.mkdir(parents=True, exist_ok=True)
    for part in a.parts:
        began = time.time()
        told = MEASURES[part](context)
        told = {"commit": commit(a.root), "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "machine": cpu_model(), "cores": os.cpu_count(),
                "rows": rows, "took_s": time.time() - began, **told}
        (kept / (part + ".json")).write_text(json.dumps(told))
        print("%s: %.0f s" % (part, time.time() - began), flush=True)
    parts = {part: json.loads((kept / (part + ".json")).read_text()) for part in asked.PARTS if (kept / (part + ".json")).exists()}
    text = report.text(parts)
    print("\n" + text)
    missing = [part for part in asked.PARTS if part not in parts]
    if missing:
        print("not stored: %s were not measured yet" % ", ".join(missing))
        return
    store(a, text, parts)


def store(a, text, parts):
    parts = {name: {k: v for k, v in part.items() if k != "exact"} for name, part in parts.items()}
    newest = max(parts.values(), key=lambda part: part["date"])
    stem = "cluster-%s-%s%s" % (newest["date"][:10].replace("-", ""), newest["commit"].replace("+", "-changed"), "-quick" if a.quick else "")
    results = a.root / "bench/results"
    (results / (stem + ".md")).write_text(text)
    (results / (stem + ".json")).write_text(json.dumps(parts, indent=1) + "\n")
    print("stored:", results / (stem + ".md"))


if __name__ == "__main__":
    sys.exit(main())
