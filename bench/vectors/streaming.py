"""Searches beside a stream of rows: the phase of `bench servers`, run against a server of its own."""

import json
import pathlib
import statistics
import subprocess

PORT = 19587
OPTIONS = ("--secs", "5", "--idle-secs", "1", "--mixed-secs", "30", "--efs", "16,64,64", "--efs4", "64")


def ratio(context):
    """Searches a second of one client while another process inserts 500 rows/s, over those before; and both figures."""
    folder, out = context.work / "data-stream", context.work / "vectors/stream-run.json"
    subprocess.run(["rm", "-rf", str(folder), str(out)], check=True)
    folder.mkdir(parents=True)
    measure = pathlib.Path(__file__).parent.parent / "servers/measure.py"
    command = "%s start --port %d --http-port 0 --data {dir}/data" % (context.root / "elanus", PORT)
    done = subprocess.run(
        [str(context.work / "venvs/pymilvus-3.0/bin/python"), str(measure), "--uri", "http://127.0.0.1:%d" % PORT, "--data", str(context.work / "wn384"),
         "--out", str(out), "--cmd", command, "--dir", str(folder), "--name", "stream", "--rows", "60000", *OPTIONS,
         "--phases", "start,ingest,index,search,mixed"], capture_output=True, text=True)
    mixed = json.loads(out.read_text())["phases"].get("mixed", {}) if out.exists() else {}
    if "mixed" not in mixed:
        return None, (done.stderr or "no result").strip().split("\n")[-1][:200]
    return mixed["mixed"]["qps"] / mixed["quiet_qps"], "%.0f of %.0f" % (mixed["mixed"]["qps"], mixed["quiet_qps"])


def measured(context, forks, last_only):
    """(median ratio, note) of new runs, or of the last ones where only some engines are measured."""
    kept = context.work / "vectors/stream.json"
    if last_only:
        return tuple(json.loads(kept.read_text())) if kept.exists() else (None, "not in this run")
    runs = [ratio(context) for _ in range(forks)]
    figures = [r for r, _ in runs if r]
    found = (statistics.median(figures) if figures else None, "pymilvus 3.0, " + ", ".join(note for _, note in runs))
    kept.write_text(json.dumps(found))
    return found
