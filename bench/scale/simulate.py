"""Runs the simulator of placement and writes its figures, with machine and commit, to bench/results. Called by bench/run."""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import asked
import failover

HEAP = "4g"


def cpu_model():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def described(root):
    git = lambda *words: subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True).stdout.strip()
    return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else "")


def simulated(a, size):
    words = [str(a.jdk / "bin/java"), "-Xmx" + HEAP, "-XX:+UseSerialGC", "-cp", a.classpath, "io.elanus.scale.Simulator", str(size)]
    return json.loads(subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout)


def shown(value):
    if value is None:
        return "-"
    return "{:,.0f}".format(value) if abs(value) >= 100 else "%.3g" % value


def table(head, rows):
    lines = [head, ["---"] * len(head)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def report(about, runs):
    names = [run["name"] for run in runs]
    sizes = [[what] + [shown(run[what]) for run in runs] for what in ("nodes", "segments", "channels", "collections")]
    figures = [[what] + [shown(run["figures"].get(what)) for run in runs] for what in runs[0]["figures"]]
    text = about + "\n\n" + table(["figure"] + names, sizes + figures)
    text += "\n## Failover, seconds\n\nA model: what was measured, and what `bench/scale/failover.py` assumes of machines.\n\n"
    rows = []
    for who in failover.all_of(runs[0]):
        terms = [failover.all_of(run)[who] for run in runs]
        rows += [[who + ": " + term] + [shown(t[term]) for t in terms] for term in terms[0]]
        rows.append(["**" + who + "**"] + ["**%s**" % shown(sum(t.values())) for t in terms])
    return text + table(["term"] + names, rows)


def main():
    ap = asked.parser()
    ap.add_argument("--root", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--jdk", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--classpath", required=True, help=argparse.SUPPRESS)
    a = ap.parse_args()
    commit = described(a.root)
    runs = [simulated(a, size) for size in range(2 if a.quick else 5)]
    about = "# Placement, simulated: %s\n\n%s, %d cores, commit %s; one thread, a heap of %s. Times are milliseconds of single runs." % (
        time.strftime("%Y-%m-%d"), cpu_model(), os.cpu_count(), commit, HEAP)
    text = report(about, runs)
    print(text)
    stem = "scale-%s-%s%s" % (time.strftime("%Y%m%d"), commit.replace("+", "-changed"), "-quick" if a.quick else "")
    results = a.root / "bench/results"
    (results / (stem + ".md")).write_text(text)
    told = {"commit": commit, "machine": cpu_model(), "runs": runs, "failover": {run["name"]: failover.all_of(run) for run in runs}}
    (results / (stem + ".json")).write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
