"""Runs engines in turn, each in a process of its own, and reads speed at equal recall off their sweeps."""

import json
import math
import os
import pathlib
import statistics
import subprocess
import time

import numpy as np

import truth

RECALLS = (0.90, 0.95, 0.99)


class Runs:
    """All that is measured in one run on one set. Peers' indexes are kept between runs, those of Elanus live as long as this object unless the run keeps them."""

    def __init__(self, context, s):
        self.context, self.set = context, s
        self.work = context.work / "vectors"
        self.scratch = self.work / "tmp" / s.folder.name
        subprocess.run(["rm", "-rf", str(self.scratch)], check=True)
        self.scratch.mkdir(parents=True)

    def command(self, engine, task):
        c = self.context
        if engine.how == "python":
            path = self.scratch / "task.json"
            path.write_text(json.dumps(task))
            return [str(c.work / "venvs" / engine.library / "bin/python"), str(pathlib.Path(__file__).with_name("worker.py")), str(path)]
        flat = {k: v for k, v in task.items() if not isinstance(v, (dict, list, tuple))}
        flat["efforts"] = ",".join(map(str, task.get("efforts", ())))
        if engine.own:
            flat["type"] = engine.library
            flat.update({"build." + k: v for k, v in engine.params.items()}, **{"search." + k: v for k, v in engine.search.items()})
            return [*c.java(own=True), "io.elanus.bench.ElanusRunner", *("%s=%s" % i for i in flat.items())]
        return [*c.java(own=False), "io.elanus.bench." + engine.library, *("%s=%s" % i for i in flat.items())]

    def run(self, engine, folder, mode, **more):
        """Result of one process, {"failed": why} or {"refused": why}; `other` is what else the machine did meanwhile, in cores."""
        s, c = self.set, self.context
        task = {"mode": mode, "library": engine.library, "metric": s.metric, "params": engine.params, "folder": str(folder), "k": truth.K,
                "effort": engine.effort, "queries": c.queries, "passes": c.passes, "budget": c.budget, "dimension": s.dimension,
                "result": str(self.scratch / "result.json"), "found": str(self.scratch / "found.i32"), **more}
        if s.name.startswith("sparse"):
            task.update({n: str(s.folder / (n + ".npy")) for n in ("base_offsets", "base_pairs", "query_offsets", "query_pairs")})
            task.update({n: str(s.folder / (n + ".txt")) for n in ("base_terms", "query_terms")})
        else:
            task.update(base=str(s.folder / "base.npy"), query=str(s.folder / "query.npy"))
        result = pathlib.Path(task["result"])
        result.unlink(missing_ok=True)
        busy, begun = busy_seconds(), time.time()
        try:
            done = subprocess.run(self.command(engine, task), capture_output=True, text=True, timeout=c.timeout, cwd=self.scratch)
            last_words = (done.stderr or done.stdout).strip().split("\n")[-1][:200]
            error = last_words or "exit status %d" % done.returncode if done.returncode else None
        except subprocess.TimeoutExpired:
            error = "longer than %d s" % c.timeout
        if error or not result.exists():
            return {"failed": error or "no result"}
        out = json.loads(result.read_text())
        elapsed = time.time() - begun
        out["machine_busy"] = round((busy_seconds() - busy) / elapsed, 2)
        return out

    def built(self, engine):
        """(folder, what the build told) of the index, built now or found in the cache."""
        c = self.context
        version = c.version(engine)
        folder = (self.scratch if engine.own and not c.keep else self.work / "cache") / engine.key(self.set, c.code() if engine.own else version, c.machine)
        told = folder / "build.json"
        if not told.exists():
            subprocess.run(["rm", "-rf", str(folder)], check=True)
            folder.mkdir(parents=True)
            out = self.run(engine, folder, "build")
            if "build_s" not in out:
                return folder, out
            if (folder / "resident").exists():
                out["bytes"] = int((folder / "resident").read_text())
            out["version"] = version
            told.write_text(json.dumps(out))
        return folder, json.loads(told.read_text())

    def measure(self, engine, forks):
        """Build, sweep and filtered part of one fork, added to what earlier forks gave."""
        folder, out = self.built(engine)
        if "build_s" not in out:
            return {**out, "points": [], "masked": []}
        efforts = engine.efforts
        swept = self.run(engine, folder, "search", efforts=list(efforts))
        points = self.judged(swept, self.set_recall)
        masked = []
        if engine.masked and self.context.masked and not forks:
            bits, kth = truth.masks(self.set)
            done = self.run(engine, folder, "filter", efforts=list(engine.masked), masks=str(self.set.folder / "masks.npy"),
                            masks_count=len(bits), masks_queries=bits.shape[1], masked_queries=self.context.masked, passes=1, warm=1)
            masked = self.judged(done, lambda found, p: truth.recall(self.set, found, kth[p["mask"]][: len(found)]))
            out.update({k: v for k, v in done.items() if k == "failed"})
        return {**out, **{k: v for k, v in swept.items() if k != "points"}, "points": points, "masked": masked}

    def set_recall(self, found, _):
        s = self.set
        if s.name.startswith("sparse"):
            return s.recall(found, np.load(s.folder / "truth.npy")[: len(found)])
        return truth.recall(s, found, truth.exact(s)[: len(found)])

    def judged(self, result, recall):
        points = result.get("points", [])
        if points:
            found = np.fromfile(self.scratch / "found.i32", np.int32).reshape(len(points), -1, truth.K)
            for p, rows in zip(points, found):
                p["recall"] = round(recall(rows, p), 4)
        return points


def busy_seconds():
    fields = [int(x) for x in open("/proc/stat").readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def merged(forks):
    """One result of several forks: the median speed at each effort."""
    first = dict(forks[0])
    for part in ("points", "masked"):
        runs = [f[part] for f in forks if f.get(part)]
        first[part] = [
            {**points[0], **{k: statistics.median(p[k] for p in points) for k in ("qps", "cpu_qps")}, "all_qps": [p["qps"] for p in points]}
            for points in zip(*runs)]
    return first


def is_bound(points, wanted):
    """Whether every effort has more recall than wanted, so that the speed given for it is a lower bound."""
    return bool(points) and min(p["recall"] for p in points) > wanted


def at_recall(points, wanted, clock="qps"):
    """QPS at a recall, log-interpolated between the two neighbouring points of the best curve.

    Where even the least effort has more recall, its speed is a lower bound and is given; None where no effort reaches it.
    """
    curve, best = [], -1.0
    for p in sorted(points, key=lambda p: (-p["recall"], -p[clock])):
        if p[clock] > best:
            curve.append((p["recall"], p[clock]))
            best = p[clock]
    above = [c for c in curve if c[0] >= wanted]
    if not above:
        return None
    r1, q1 = above[-1]
    below = [c for c in curve if c[0] < wanted]
    if not below or r1 == wanted:
        return q1
    r0, q0 = below[0]
    return math.exp(math.log(q1) + (r1 - wanted) / (r1 - r0) * (math.log(q0) - math.log(q1)))
