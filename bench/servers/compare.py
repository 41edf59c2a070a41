"""Runs measure.py on Elanus, Milvus 2.3.5 and milvus-lite 3.2.2 in turn and prints the table of figures with ratios.

Elanus is measured twice, with the pymilvus of each peer, so that no ratio compares two clients. Called by bench/run.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import time

import asked

EFS, EFS4 = "16,32,64,128,256", "32,64,128"


def cpu_model():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def measured(a, name, venv, port, command, signal, phases):
    """Phases of one server by name: measured now, or read from the last run when --only leaves it out."""
    out = a.work / ("servers-%s.json" % name)
    wanted = name in a.only.split(",")
    if out.exists() and not a.again:
        age = (time.time() - out.stat().st_mtime) / 3600
        if not wanted:
            print("%s: figures of %.1f h ago" % (name, age))
            return json.load(open(out))["phases"]
    elif not wanted:
        return {}
    folder = a.work / ("data-" + name)
    subprocess.run(["rm", "-rf", str(folder), str(out)], check=True)
    folder.mkdir(parents=True)
    secs, idle, mixed = ("2", "20", "15") if a.quick else ("5", "120", "30")
    subprocess.run(
        [str(a.work / "venvs" / venv / "bin/python"), str(pathlib.Path(__file__).with_name("measure.py")), "--uri",
         "http://127.0.0.1:%d" % port, "--data", str(a.work / "wn384"), "--out", str(out), "--cmd", command, "--dir", str(folder),
         "--name", name, "--rows", "60000", "--secs", secs, "--idle-secs", idle, "--mixed-secs", mixed, "--efs", EFS, "--efs4", EFS4,
         "--stop-signal", signal, "--phases", phases], check=True)
    return json.load(open(out))["phases"]


def at_recall(phase, wanted, figure, better=max):
    """Best figure among the efforts whose recall reaches what is wanted."""
    rows = [r for k, r in phase.items() if k.startswith("ef") and r.get("recall10", 0) >= wanted and figure in r]
    return better(r[figure] for r in rows) if rows else None


def figures(p):
    """One run's figures by name; None where a phase is missing or failed."""
    get = lambda phase, key: p.get(phase, {}).get(key)
    f = {
        "start to first answer, s": get("start", "first_list_s"),
        "restart to first correct search, s": get("restart", "first_correct_search_s"),
        "idle memory (RSS), MB": get("start", "rss_idle_mb"),
        "idle CPU in 120 s, s": get("start", "idle_cpu_s_per_120s"),
        "idle bytes written": get("start", "idle_written_bytes"),
        "durable ingest, rows/s": get("ingest", "rows_per_s"),
        "HNSW built and serving, s": get("index", "total_s"),
        "memory after it (anonymous), MB": get("index", "_server_anonymous_mb"),
        "server CPU a search at recall .98, ms": at_recall(p.get("search", {}), 0.98, "server_cpu_ms", min),
        "searches/s, 4 clients, recall .98": at_recall(p.get("search4", {}), 0.98, "qps"),
        "insert to Strong search sees it, ms": get("fresh", "visible_p50_ms"),
    }
    for share in ("50%", "10%", "1%", "0.1%"):
        f["filter %s, recall at ef 64" % share] = p.get("filter", {}).get(share + " ef64", {}).get("recall10")
    mixed = p.get("mixed", {})
    if "mixed" in mixed:
        f["searches while 500 rows/s stream in / quiet"] = round(mixed["mixed"]["qps"] / mixed["quiet_qps"], 2)
    for key, name in (("pk10", "10 ids, per s"), ("scalar100", "scalar filter limit 100, per s"), ("count", "count(*), per s")):
        f[name] = p.get("point", {}).get(key, {}).get("qps")
    return f


def ratio(name, mine, theirs):
    if mine is None or not theirs:
        return ""
    lower_is_better = name.endswith((", s", "ms", "MB", "written"))
    if lower_is_better:
        return "%.1fx" % (theirs / mine) if mine else "inf"
    return "%.2fx" % (mine / theirs)


def main():
    ap = asked.parser()
    ap.add_argument("--root", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    ap.add_argument("--work", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    a = asked.arguments(ap)
    commit = subprocess.run(["git", "-C", str(a.root), "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    elanus = "%s start --data {dir}/data --port %%d --http-port 0" % (a.root / "elanus")
    bins = a.work / "venvs"
    runs = {
        "elanus-3.0": measured(a, "elanus-3.0", "pymilvus-3.0", 19543, elanus % 19543, "TERM", a.phases),
        "lite": measured(a, "lite", "pymilvus-3.0", 19544,
                         "%s server --data-dir {dir} --host 127.0.0.1 --port 19544" % (bins / "milvus-lite/bin/milvus-lite"), "TERM", a.phases),
        "elanus-2.3": measured(a, "elanus-2.3", "pymilvus-2.3", 19541, elanus % 19541, "TERM", a.phases),
        "milvus": measured(a, "milvus", "pymilvus-2.3", 19542,
                           "%s --data {dir} --proxy-port 19542" % (bins / "milvus/bin/milvus-server"), "INT", a.phases),
    }
    table = {name: figures(p) for name, p in runs.items()}
    rows = list(table["elanus-3.0"])
    head = ("figure", "Elanus (2.3)", "Milvus 2.3.5", "ratio", "Elanus (3.0)", "lite 3.2.2", "ratio")
    lines = [head, ("---",) * len(head)]
    for r in rows:
        e2, m, e3, l = (table[k].get(r) for k in ("elanus-2.3", "milvus", "elanus-3.0", "lite"))
        show = lambda v: "-" if v is None else str(v)
        lines.append((r, show(e2), show(m), ratio(r, e2, m), show(e3), show(l), ratio(r, e3, l)))
    text = "# Servers: %s\n\n%s, %d cores, commit %s, 60,000 WordNet glosses of 384 dimensions, cosine, HNSW M 16 efConstruction 200%s.\n" % (
        time.strftime("%Y-%m-%d"), cpu_model(), os.cpu_count(), commit, ", quick run" if a.quick else "")
    text += "Ratios above 1 favour Elanus; each is between runs of the same pymilvus.\n\n"
    text += "\n".join("| " + " | ".join(l) + " |" for l in lines) + "\n"
    print("\n" + text)
    results = a.root / "bench/results"
    results.mkdir(parents=True, exist_ok=True)
    stem = "servers-%s-%s" % (time.strftime("%Y%m%d"), commit)
    (results / (stem + ".md")).write_text(text)
    (results / (stem + ".json")).write_text(json.dumps({"commit": commit, "machine": cpu_model(), "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
