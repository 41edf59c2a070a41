"""`./elanus bench vectors`: Elanus and the libraries of the field on the same data, one thread each, in turn; prints QPS at equal recall.

Called by bench/run, which has installed the libraries. What is measured: sweep.py; who: engines.py; on what: data.py; what it must reach: gates.py.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import time
import zipfile

import asked
import data
import engines
import gates
import plot
import report
import sparse
import streaming
import sweep
import truth


@dataclasses.dataclass
class Context:
    """How all engines of this run are run."""

    root: pathlib.Path
    work: pathlib.Path
    jdk: str
    flags: list  # of the server's JVM
    machine: str
    commit: str
    queries: int = 1000
    passes: int = 3
    budget: float = 3.0  # seconds for the passes over one effort
    masked: int = 100  # queries of the filtered part
    timeout: int = 4 * 3600
    keep: bool = False  # indexes of Elanus beyond the run
    versions: dict = dataclasses.field(default_factory=dict)

    def java(self, own):
        classes = self.work / "vectors/classes"
        if own:
            return [self.jdk + "/bin/java", *self.flags, "-cp", "%s:%s/*" % (classes / "elanus", self.root / "build/dist/lib")]
        flags = ["-Xmx6g", "-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]
        return [self.jdk + "/bin/java", *flags, "-cp", "%s:%s/*" % (classes / "peers", self.work / "vectors/jars")]

    def code(self):
        """Names what builds and searches the indexes of Elanus: the contents of the jars, whatever commit they are from."""
        if "elanus" not in self.versions:
            told = hashlib.sha1()
            for room in ("schema", "files", "vectors", "index"):
                for jar in sorted((self.root / "build/dist/lib").glob("elanus-%s-*.jar" % room)):
                    with zipfile.ZipFile(jar) as opened:
                        told.update(repr(sorted((i.filename, i.CRC) for i in opened.infolist() if i.filename.endswith(".class"))).encode())
            self.versions["elanus"] = told.hexdigest()
        return self.versions["elanus"]

    def version(self, engine):
        """Of the library in its own environment, so that a new release is built anew."""
        if engine.own:
            return self.commit
        if engine.library not in self.versions:
            if engine.how == "python":
                asked = [str(self.work / "venvs" / engine.library / "bin/python"), "-c",
                         "import libraries; print(libraries.version(%r))" % engine.library]
                out = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=pathlib.Path(__file__).parent).stdout.strip()
            else:
                name = {"JVectorRunner": "jvector-", "LuceneRunner": "lucene-core-"}[engine.library]
                out = next(p.stem[len(name):] for p in (self.work / "vectors/jars").glob(name + "*.jar"))
            self.versions[engine.library] = out
        return self.versions[engine.library]


def cpu_model():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def described(root):
    git = lambda *a: subprocess.run(["git", "-C", str(root), *a], capture_output=True, text=True).stdout.strip()
    return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "--untracked-files=no") else "")


def loaded_sets(a, work):
    sets = {}
    for name in a.set.split(","):
        if name.startswith("sparse"):
            sets[name] = sparse.load(data.load("glosses", work), work, a.rows)
        else:
            sets[name] = data.load(name, work, a.rows)
            truth.exact(sets[name])
    return sets


def measured(context, s, everyone, a):
    """Results by engine: measured now in turn, fork after fork, or of the last run where --only leaves an engine out."""
    last = context.work / "vectors/last" / (s.folder.name + ".json")
    kept = json.loads(last.read_text()) if last.exists() else {}
    chosen = [e for e in everyone if engines.chosen(e.name, a.only, s.folder.name.split("-")[0])]
    runs, forks, results = sweep.Runs(context, s), {e.name: [] for e in chosen}, {}
    for fork in range(a.forks):
        for e in chosen:
            if fork and e.name in engines.ONCE and not a.only:
                continue
            begun = time.time()
            out = runs.measure(e, fork)
            if not (forks[e.name] and ("failed" in out or "refused" in out)):
                forks[e.name].append(out)
            results[e.name] = {**sweep.merged(forks[e.name]), "measured": time.time(), "version": context.version(e), "kind": e.kind}
            shown = [report.number(sweep.at_recall(out["points"], r, a.clock)) for r in sweep.RECALLS]
            print("%s fork %d  %-18s %-24s %5.0f s  %s" % (s.name, fork + 1, e.name, " / ".join(shown), time.time() - begun, report.state(out)),
                  flush=True)
            kept[e.name] = results[e.name]
            last.parent.mkdir(parents=True, exist_ok=True)
            last.write_text(json.dumps(kept))
    for e in everyone:
        if e.name not in results and e.name in kept:
            age = "%.1f h ago" % ((time.time() - kept[e.name]["measured"]) / 3600)
            results[e.name] = {**kept[e.name], "from": "at %s, %s" % (kept[e.name]["version"], age) if e.own else age}
    return results


def kernels(context):
    """What every kernel costs in the server's JVM."""
    result = context.work / "vectors/kernels.json"
    result.unlink(missing_ok=True)
    subprocess.run([*context.java(own=True), "io.elanus.bench.KernelCheck", "result=%s" % result], check=True)
    return json.loads(result.read_text())["kernels"]


def stored(context, table, all_gates, costs, text, a):
    stem = "vectors-%s-%s%s" % (time.strftime("%Y%m%d"), context.commit.replace("+", "-changed"), ("-quick" if a.quick else "") + ("-parts" if a.only else ""))
    folder = context.work / "vectors" if a.rows or a.only else context.root / "bench/results"
    folder.mkdir(parents=True, exist_ok=True)
    sets = {n: {"rows": s.rows, "dimension": s.dimension, "metric": s.metric, "data": s.fingerprint()} for n, s in table.sets.items()}
    told = {"machine": context.machine, "commit": context.commit, "clock": a.clock, "forks": a.forks, "sets": sets, "results": table.results, "kernels": costs,
            "gates": [{**dataclasses.asdict(g), "verdict": g.verdict} for g in all_gates]}
    (folder / (stem + ".json")).write_text(json.dumps(told, indent=1) + "\n")
    (folder / (stem + ".md")).write_text(text)
    (folder / (stem + ".svg")).write_text(plot.svg(table, "%s, commit %s" % (context.machine, context.commit)))
    return folder / stem


def arguments():
    ap = asked.parser()
    ap.add_argument("--root", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--work", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--jdk", required=True, help=argparse.SUPPRESS)
    ap.add_argument("--flags", default="", help=argparse.SUPPRESS)
    return asked.arguments(ap)


def main():
    a = arguments()
    machine = "%s, %d cores" % (cpu_model(), os.cpu_count())
    context = Context(a.root, a.work, a.jdk, a.flags.split(), machine, described(a.root))
    context.keep = a.keep
    context.masked = 0 if a.no_filters else 40 if a.quick else 100
    if a.quick or a.rows:
        context.passes, context.budget = 2, 1.5
    sets = loaded_sets(a, a.work)
    everyone = {n: engines.of(s) for n, s in sets.items()}
    costs = kernels(context) if not a.only or any(o.startswith("elanus") for o in a.only) else []
    results = {n: measured(context, s, everyone[n], a) for n, s in sets.items()}
    table = gates.Table(results, sets, everyone, a.clock)
    all_gates = gates.all_gates(table, streaming.measured(context, a.forks, bool(a.only or a.rows)), costs)
    once = [n for n in engines.ONCE if a.forks > 1 and not a.only and any(n in r for r in results.values())]
    forks = "%d fork%s" % (a.forks, "s" * (a.forks > 1)) + (" (one of %s)" % ", ".join(once) if once else "")
    about = ("%s, commit %s. Recall@10 of %d queries, one query a call, one thread; median of %s; QPS by %s, log-interpolated between efforts. "
             "`busy` is what all processes of the machine used while an engine ran, in cores: much over 1, and the figure is doubtful."
             % (machine, context.commit, context.queries, forks, {"qps": "wall time", "cpu_qps": "CPU time"}[a.clock]))
    text = report.text(table, all_gates, costs, time.strftime("%Y-%m-%d"), about)
    print("\n" + text)
    print("stored as %s.{json,md,svg}" % stored(context, table, all_gates, costs, text, a))


if __name__ == "__main__":
    sys.exit(main())
