"""Runs one Python library on one data set, in a process and environment of its own: `worker.py TASK.json`.

A task names what to do (build, search, filter) and where the result goes; the runners in Java understand the same tasks as arguments. Found
rows are written as int32 [points x queries x k] to be judged elsewhere; -1 stands for a row that was not found.
"""

import json
import pathlib
import sys
import time

import libraries

libraries.one_thread()

import numpy as np


def timed(calls, passes, budget):
    """Best time of several passes over the calls, as (seconds, CPU seconds), and the answers of the last pass."""
    best = None
    begun = time.perf_counter()
    for _ in range(passes):
        cpu, wall = time.process_time(), time.perf_counter()
        answers = [call() for call in calls]
        took = (time.perf_counter() - wall, time.process_time() - cpu)
        best = took if best is None else (min(best[0], took[0]), min(best[1], took[1]))
        if time.perf_counter() - begun > budget:
            break
    return best, answers


def padded(rows, k):
    out = np.full(k, -1, np.int32)
    rows = np.asarray(rows).ravel()[:k]
    out[: len(rows)] = rows
    return out


def point(took, queries, **more):
    return {"qps": queries / took[0], "cpu_qps": queries / max(took[1], 1e-9), **more}


def build(library, task, base, folder):
    cpu, wall = time.process_time(), time.perf_counter()
    library.build(base)
    took = {"build_s": time.perf_counter() - wall, "build_cpu_s": time.process_time() - cpu}
    library.save(folder)
    took["bytes"] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    return took, None


def search(library, task, queries):
    points, found = [], []
    library.effort(task["efforts"][-1])
    timed([lambda q=q: library.search(q, task["k"]) for q in queries[:200]], 1, 0)
    for effort in task["efforts"]:
        library.effort(effort)
        if task["effort"] == "batch":
            groups = [queries[i : i + effort] for i in range(0, len(queries), effort)]
            took, answers = timed([lambda g=g: library.search(g, task["k"]) for g in groups], task["passes"], task["budget"])
            answers = [row for group in answers for row in group]
        else:
            took, answers = timed([lambda q=q: library.search(q, task["k"]) for q in queries], task["passes"], task["budget"])
        points.append(point(took, len(queries), effort=effort))
        found.append([padded(a, task["k"]) for a in answers])
    return {"points": points}, found


def filtered(library, task, queries):
    points, found = [], []
    masks = np.load(task["masks"], mmap_mode="r")
    for m in range(len(masks)):
        asked = min(len(queries), masks.shape[1], task["masked_queries"])
        for effort in task["efforts"]:
            library.effort(effort)
            allowed = [library.allow(np.asarray(masks[m, q])) for q in range(asked)]
            calls = [lambda q=q: library.search_allowed(queries[q], task["k"], allowed[q]) for q in range(asked)]
            calls[0]()
            took, answers = timed(calls, task["passes"], task["budget"])
            points.append(point(took, asked, effort=effort, mask=m))
            found.append([padded(a, task["k"]) for a in answers])
    return {"points": points}, found


def main(path):
    task = json.loads(pathlib.Path(path).read_text())
    base = np.load(task["base"], mmap_mode="r")
    library = libraries.LIBRARIES[task["library"]](*base.shape, task["metric"], task["params"])
    folder = pathlib.Path(task["folder"])
    queries = np.load(task["query"])[: task["queries"]]
    if task["mode"] == "build":
        result, found = build(library, task, np.asarray(base), folder)
    else:
        library.load(folder)
        result, found = (search if task["mode"] == "search" else filtered)(library, task, queries)
    if found:
        np.asarray(found, np.int32).tofile(task["found"])
    pathlib.Path(task["result"]).write_text(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
