#!/usr/bin/env python3
"""Kills the real process while it is written to, and checks what is left against what was acknowledged.

Three writers insert, upsert and delete rows of their own keys over gRPC; a fourth client flushes, compacts and adds fields. The process dies at a
random moment (SIGKILL, SIGTERM, or SIGTERM and SIGKILL soon after) or halts at a named failpoint. It is started again on the same folder, and
every row is read:

  D1  every acknowledged write is there, every acknowledged delete stays deleted
  D8  the request in flight at the kill is there completely or not at all
  C1  no row that nobody wrote, no row of two versions
  C3  count(*), a full query and the iterator agree
  C4  a filter on an indexed field finds what the rows say
  C5  a search by each vector index, of a graph, of lists, on disk and chosen, finds what an exact comparison finds; every index is built again

Then: five deaths in a row during recovery, what the folder holds once everything obsolete may go, and the time from a kill to the first correct
Strong read of many rows.

  kill_test.py --launcher ./elanus --kills 60 --seed 7

Prints one line for each kill and a summary; exit code 1 at the first violation, whose folder is kept. The seed repeats the choice of kills and
operations.
"""

import argparse
import logging
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
from pymilvus import DataType, MilvusClient
from pymilvus.exceptions import SchemaMismatchRetryableException

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from loopback import free_port

logging.disable(logging.CRITICAL)  # the clients' connections are lost on purpose

COLLECTION = "kill"
KEYS = 3000
DELETED = None
RETENTION_SECONDS = 8
DIMENSION = 8
# field, what to build, what to ask for
INDEXES = [
    ("graph", "HNSW_SQ", {"M": 8, "efConstruction": 40, "sq_type": "SQ8", "refine": True, "refine_type": "FP32"}, {"ef": 100}),
    ("lists", "IVF_PQ", {"nlist": 16, "m": 4, "nbits": 4, "refine": True, "refine_type": "FP32"}, {"nprobe": 16, "refine_k": 10}),
    ("disk", "DISKANN", {}, {"search_list": 100}),
    ("chosen", "AUTOINDEX", {}, {}),
]
SEARCHED = 20
MOST_FIELDS_ADDED = 40
LOG_LINES_SHOWN = 60

# Small files and early thresholds, so that a short run rotates, cuts, snapshots, compacts and collects.
SETTINGS = {
    "segment.max.rows": "2000",
    "log.file.bytes": "256KB",
    "metadata.snapshot.bytes": "16KB",
    "read.retention": f"{RETENTION_SECONDS}s",
}

# What all those rows need, generously, when nothing is kept for longer than it must.
KEPT_AT_MOST_BYTES = {"log": 2 << 20, "metadata": 4 << 20, "objects": 32 << 20, "cache": 0}

# How often a step is passed in a few seconds, roughly: the hit at which the process halts is drawn below it. Others: 4.
HITS = {"log.append": 150, "streaming.append": 100, "streaming.replay.record": 20, "metadata.commit": 30, "objects.commit": 20, "objects.delete": 20}
AT_START = ("log.recover.beforeRepair", "streaming.replay.record")
# Passed once in a while.
RARE = ("schema", "tso", "metadata.snapshot", "log.recover", "collect")


def failpoints():
    """Every name in the one list of failpoints, read from its source."""
    root = pathlib.Path(__file__).resolve().parents[2]
    source = (root / "storage/disk/src/main/java/io/elanus/disk/Failpoints.java").read_text()
    names = re.search(r"Set.of\((.*?)\);", source, re.S).group(1)
    return re.findall(r"\"([A-Za-z.]+)\"", names)


def hit_of(point, rng):
    if point.startswith(RARE):
        return rng.randint(1, 2)
    return rng.randint(1, next((n for prefix, n in HITS.items() if point.startswith(prefix)), 4))


class Violation(Exception):
    pass


def demand(truth, sentence):
    if not truth:
        raise Violation(sentence)


class Server:
    started = []

    def __init__(self, launcher, folder, settings):
        self.launcher, self.folder = launcher, folder
        self.settings = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]

    def command(self):
        # a new port each time: clients keep one connection for an address, and it remembers that it was refused
        self.port = free_port()
        return [self.launcher, "start", "--data", self.folder, "--port", str(self.port), "--http-port", "0",
                "--set", "warm.up=false", *self.settings]

    @property
    def uri(self):
        return f"http://127.0.0.1:{self.port}"

    def try_start(self, failpoint=None):
        """Whether it came as far as ready."""
        options = dict(os.environ)
        if failpoint:
            options["ELANUS_JAVA_OPTIONS"] = f"-Delanus.failpoint={failpoint}"
        self.began = time.time()
        with open(self.folder + ".log", "a") as log:
            self.process = subprocess.Popen(self.command(), stdout=subprocess.PIPE, stderr=log, text=True, env=options)
        Server.started.append(self.process)
        return any(line.startswith("ready") for line in self.process.stdout)

    def start(self):
        """Seconds until ready."""
        demand(self.try_start(), f"the server ended before it was ready, see {self.folder}.log")
        return time.time() - self.began

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.ended()

    def ended(self):
        self.process.wait(60)
        self.process.stdout.close()


class Client(threading.Thread):
    """Repeats a step until told to stop or until the process is gone."""

    def __init__(self, uri, rng):
        super().__init__(daemon=True)
        self.uri, self.rng, self.stop, self.error = uri, rng, False, None

    def run(self):
        client = None
        try:
            client = MilvusClient(uri=self.uri)
            while not self.stop:
                self.step(client)
        except Exception as e:  # the process was killed, or else the main thread complains
            self.error = e
        finally:
            if client:
                client.close()


def text(key, version):
    """Now and then long, so that a request needs several log records."""
    return f"{key}/{version}" + ("." * 4000 if version % 40 == 0 else "")


class Writer(Client):
    """Owns the keys k with k % 3 == number; its model is exact but for the one request in flight."""

    def __init__(self, uri, rng, number, model, version):
        super().__init__(uri, rng)
        self.number, self.model, self.version = number, model, version
        self.pending, self.acknowledged = {}, 0

    def step(self, client):
        r = self.rng.random()
        self.version += 1
        count = 400 if self.version % 40 == 0 else self.rng.randint(1, 40)
        keys = [k * 3 + self.number for k in self.rng.sample(range(KEYS // 3), count)]
        if r < 0.35:
            keys = [k for k in keys if self.model.get(k) is DELETED]
            if keys:
                self.do({k: self.version for k in keys}, lambda: client.insert(COLLECTION, self.rows(keys), timeout=30))
        elif r < 0.8:
            self.do({k: self.version for k in keys}, lambda: client.upsert(COLLECTION, self.rows(keys), timeout=30))
        else:
            self.do({k: DELETED for k in keys}, lambda: client.delete(COLLECTION, ids=keys, timeout=30))

    def do(self, effect, call):
        self.pending = effect
        self.persist(call)
        self.model.update(effect)
        self.pending = {}
        self.acknowledged += len(effect)

    @staticmethod
    def persist(call):
        """The client itself asks anew once when a field was added; where two are added in a row it gives up, with nothing written."""
        for _ in range(2):
            try:
                return call()
            except SchemaMismatchRetryableException:
                pass
        return call()

    def rows(self, keys):
        return [{"id": k, "version": self.version, "text": text(k, self.version), **vectors(k, self.version)} for k in keys]

    def judge(self, found):
        """Compares with what a restarted process holds, and takes that for the model."""
        applied = [k for k, v in self.pending.items() if found.get(k, DELETED) == v and self.model.get(k, DELETED) != v]
        missing = [k for k, v in self.pending.items() if found.get(k, DELETED) != v]
        demand(not (applied and missing), f"a request was applied in part: {applied[:3]} but not {missing[:3]}")
        if applied:
            self.model.update(self.pending)
        for k in range(self.number, KEYS, 3):
            want, got = self.model.get(k, DELETED), found.get(k, DELETED)
            demand(want == got, f"key {k}: acknowledged {want}, found {got}")
        self.pending = {}


class Upkeep(Client):
    """Everything but rows: flushes, compactions, new fields."""

    fields_added = 0

    def step(self, client):
        r = self.rng.random()
        if r < 0.75:
            client.flush(COLLECTION, timeout=30)
        elif r < 0.9:
            client.compact(COLLECTION, timeout=30)
        elif Upkeep.fields_added < MOST_FIELDS_ADDED:
            Upkeep.fields_added += 1
            client.add_collection_field(COLLECTION, f"added_{Upkeep.fields_added}", DataType.INT64, nullable=True, timeout=30)
        time.sleep(0.1)


def vectors(key, version):
    """A row's vector of every field."""
    drawn = np.random.default_rng([key, version]).standard_normal((len(INDEXES), DIMENSION)).astype(np.float32)
    return {"v": [float(key), float(version), 0.0, 1.0]} | {index[0]: drawn[i].tolist() for i, index in enumerate(INDEXES)}


def create(uri):
    client = MilvusClient(uri=uri)
    s = client.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("version", DataType.INT64)
    s.add_field("text", DataType.VARCHAR, max_length=8192)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=4)
    p = client.prepare_index_params()
    p.add_index("v", index_type="HNSW", metric_type="L2", params={"M": 8, "efConstruction": 40})
    p.add_index("version", index_type="STL_SORT")
    for name, kind, params, _ in INDEXES:
        s.add_field(name, DataType.FLOAT_VECTOR, dim=DIMENSION)
        p.add_index(name, index_type=kind, metric_type="L2", params=params)
    client.create_collection(COLLECTION, schema=s, index_params=p, consistency_level="Strong")
    client.close()


def check(uri, writers):
    """Returns the number of rows."""
    client = MilvusClient(uri=uri)
    found = {}
    it = client.query_iterator(COLLECTION, batch_size=1000, filter="id >= 0",
                               output_fields=["id", "version", "text", "v", *(index[0] for index in INDEXES)], consistency_level="Strong")
    rows = []
    while page := it.next():  # in a hurry: what it reads is kept for seconds
        rows += page
    it.close()
    for row in rows:
        k, version = row["id"], row["version"]
        demand(k not in found, f"key {k} twice")
        demand(0 <= k < KEYS, f"key {k}, which nobody wrote")
        whole = row["text"] == text(k, version) and all([float(x) for x in row[name]] == v for name, v in vectors(k, version).items())
        demand(whole, f"torn row {row}")
        found[k] = version
    count = client.query(COLLECTION, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]
    demand(count == len(found), f"count(*) {count}, iterator {len(found)}")
    listed = client.query(COLLECTION, filter="id >= 0", output_fields=["id"], limit=16000, consistency_level="Strong")
    demand([r["id"] for r in listed] == sorted(found), "query and iterator differ")
    middle = sorted(found.values())[len(found) // 2] if found else 0
    newer = client.query(COLLECTION, filter=f"version > {middle}", output_fields=["id"], limit=16000, consistency_level="Strong")
    demand({r["id"] for r in newer} == {k for k, v in found.items() if v > middle}, f"the index of version is wrong at {middle}")
    for w in writers:
        w.judge(found)
    check_indexes(client, found)
    client.close()
    return len(found)


def check_indexes(client, found):
    """Each index against all rows, asked for vectors of some of them."""
    if not found:
        return
    keys = sorted(found)
    asked = keys[::max(1, len(keys) // SEARCHED)]
    stored = {k: vectors(k, version) for k, version in found.items()}
    for name, kind, _, effort in INDEXES:
        rows = np.array([stored[k][name] for k in keys], dtype=np.float32)
        got = client.search(COLLECTION, data=[stored[k][name] for k in asked], anns_field=name, limit=10,
                            search_params={"metric_type": "L2", "params": effort}, consistency_level="Strong")
        right = 0
        for k, hits in zip(asked, got):
            distances = ((rows - np.array(stored[k][name], dtype=np.float32)) ** 2).sum(1)
            of = dict(zip(keys, distances))
            demand(len(hits) == min(10, len(keys)), f"{kind} found {len(hits)} rows of {len(keys)}")
            demand(len({h["id"] for h in hits}) == len(hits), f"{kind} found a row twice")
            for h in hits:
                demand(h["id"] in of and abs(h["distance"] - of[h["id"]]) < 1e-3, f"{kind} says {h} where {of.get(h['id'])} is right")
            right += sum(h["distance"] <= np.sort(distances)[len(hits) - 1] + 1e-3 for h in hits) / len(hits)
        demand(right >= 0.9 * len(asked), f"{kind} finds {right / len(asked):.3f} of the nearest rows")


def check_built(uri):
    """Every index covers all flushed rows in the end, and finds them: the seconds that took."""
    client = MilvusClient(uri=uri)
    began = time.time()
    client.flush(COLLECTION)
    for name, kind, _, _ in INDEXES:
        while (pending := int(client.describe_index(COLLECTION, name)["pending_index_rows"])) > 0:
            demand(time.time() < began + 60, f"{kind}: {pending} rows wait for their index")
            time.sleep(0.05)
    client.close()
    return time.time() - began


class Run:
    def __init__(self, server, rng):
        self.server, self.rng = server, rng
        self.models = [({}, 0) for _ in range(3)]
        self.acknowledged, self.slowest = 0, 0.0

    def load(self):
        """Clients at work, on the models as they are."""
        writers = [Writer(self.server.uri, random.Random(self.rng.random()), i, m, v) for i, (m, v) in enumerate(self.models)]
        clients = [*writers, Upkeep(self.server.uri, random.Random(self.rng.random()))]
        for c in clients:
            c.start()
        return writers, clients

    def work_until(self, deadline, clients):
        """Until then, or until the process has died by itself: returns whether it has."""
        while time.time() < deadline:
            if not self.server.alive():
                return True
            complaint = next((c.error for c in clients if c.error), None)
            if complaint:
                time.sleep(1)  # the connection breaks before the process is gone
                demand(not self.server.alive(), f"a request failed though the process lives: {complaint!r} {complaint}")
            time.sleep(0.005)
        return not self.server.alive()

    def settle(self, writers, clients):
        """After the process is gone: up again, and every row right."""
        for c in clients:
            c.stop = True
        for c in clients:
            c.join(60)
            demand(not c.is_alive(), "a client hangs")
        took = self.server.start()
        self.slowest = max(self.slowest, took)
        rows = check(self.server.uri, writers)
        self.acknowledged += sum(w.acknowledged for w in writers)
        self.models = [(w.model, w.version) for w in writers]
        if self.rng.random() < 0.2:
            built = check_built(self.server.uri)
            check(self.server.uri, writers)
            return f"{rows} rows right, ready in {took:.2f} s, indexes in {built:.2f} s"
        return f"{rows} rows right, ready in {took:.2f} s"

    def kill_at_random(self):
        writers, clients = self.load()
        demand(not self.work_until(time.time() + self.rng.uniform(0.3, 2.5), clients), "the process ended by itself")
        kind = self.rng.choice(["SIGKILL", "SIGKILL", "SIGTERM", "SIGTERM, then SIGKILL"])
        if kind == "SIGKILL":
            self.server.kill()
        else:
            asked = time.time()
            self.server.process.send_signal(signal.SIGTERM)
            if kind == "SIGTERM":
                self.server.ended()
                kind += f" obeyed in {time.time() - asked:.2f} s"
            else:
                time.sleep(self.rng.uniform(0, 0.3))
                self.server.kill()
        return f"{kind}, {self.settle(writers, clients)}"

    def kill_at(self, point):
        """Halts there, in the start or under load; after ten seconds it is killed without having reached it."""
        armed = f"{point}:halt:{hit_of(point, self.rng)}"
        writers, clients, reached = self.idle(), [], True
        if point in AT_START:
            writers, clients = self.leave_records()
        else:
            self.server.kill()
        if self.server.try_start(armed):
            if not clients:
                writers, clients = self.load()
                reached = self.work_until(time.time() + 10, clients)
            else:
                reached = False
            self.server.kill()
        else:
            self.server.ended()
            demand(self.server.process.returncode == 137, f"the server did not start, see {self.server.folder}.log")
        return reached, f"{armed}{'' if reached else ' (not reached)'}, {self.settle(writers, clients)}"

    def idle(self):
        return [Writer("", self.rng, i, m, v) for i, (m, v) in enumerate(self.models)]

    def leave_records(self):
        """A killed process with something to replay."""
        writers, clients = self.load()
        demand(not self.work_until(time.time() + 1.5, clients), "the process ended by itself")
        self.server.kill()
        for c in clients:
            c.join(60)
        return writers, clients

    def die_in_recovery(self, times):
        """Every start but the last dies, each a little later than the one before."""
        writers, clients = self.leave_records()
        deaths = 0
        for i in range(times):
            point = AT_START[i % 2]
            if self.server.try_start(f"{point}:halt:{1 if i % 2 == 0 else 1 + 4 * i}"):
                self.server.kill()
            else:
                self.server.ended()
                deaths += 1
        return f"{deaths} of {times} starts died in recovery, {self.settle(writers, clients)}"

    def what_is_kept(self):
        """Once everything has outlived its retention, was merged without what is dead, and outlived it again: files and bytes by folder."""
        client = MilvusClient(uri=self.server.uri)
        row = Writer("", self.rng, 0, {}, 1).rows([0])
        for _ in range(3):  # merges and the collection of garbage begin with a publication
            client.upsert(COLLECTION, row)
            client.flush(COLLECTION)
            time.sleep(RETENTION_SECONDS + 2)
        client.upsert(COLLECTION, row)
        client.flush(COLLECTION)
        time.sleep(1)
        client.close()
        sizes = {}
        for part in ("log", "metadata", "objects", "cache"):
            files = [f for f in pathlib.Path(self.server.folder, part).rglob("*") if f.is_file()]
            sizes[part] = (len(files), sum(f.stat().st_blocks * 512 for f in files))
        return sizes


def refuse_second(server):
    """Another process on the folder is refused in a clear sentence, and the first one goes on."""
    port = server.port
    second = subprocess.run(server.command(), capture_output=True, text=True, timeout=120)
    server.port = port
    demand(second.returncode != 0, "a second process was let into the folder")
    logs = {pathlib.Path(server.folder, name): f"kept as {name}" for name in ("elanus.log", "elanus.log.1")}
    for path, text in logs.items():
        path.write_text(text)
    detached = subprocess.run([*server.command(), "--detach"], capture_output=True, text=True, timeout=120)
    server.port = port
    demand(detached.returncode != 0, "a second process was let into the folder in the background")
    for path, text in logs.items():
        demand(path.exists() and path.read_text() == text, f"a refused start changed {path.name}")
        path.unlink()
    demand(not list(pathlib.Path(server.folder).glob("elanus.log*")), "a refused start left its log")
    demand("in use by another process" in second.stderr, f"the second process said: {second.stderr[-500:]}")
    state = subprocess.run([server.launcher, "status", "--data", server.folder], capture_output=True, text=True)
    demand(state.returncode == 0 and str(server.port) in state.stdout, f"status said: {state.stdout}")
    return second.stderr.strip().splitlines()[-1]


def first_read(launcher, folder, rows):
    """Seconds from the start after a kill to the first correct Strong count, with the rows in the log and then in segments."""
    server = Server(launcher, folder, {})
    server.start()
    client = MilvusClient(uri=server.uri)
    client.create_collection("many", dimension=32, consistency_level="Strong")
    rng = random.Random(1)
    vectors = [[rng.random() for _ in range(32)] for _ in range(1000)]
    for begin in range(0, rows, 5000):
        client.insert("many", [{"id": k, "vector": vectors[k % 1000]} for k in range(begin, min(begin + 5000, rows))])
    times = []
    for flushed in (False, True):
        if flushed:
            client.flush("many")
        client.close()
        server.kill()
        server.start()
        client = MilvusClient(uri=server.uri)
        count = client.query("many", filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]
        times.append(time.time() - server.began)
        demand(count == rows, f"{count} of {rows} rows after a kill")
    client.close()
    server.kill()
    return times


def stop_and_status(server):
    """A killed process leaves its note and its lock file: neither is taken for a running one. Then an orderly stop."""
    ask = lambda word: subprocess.run([server.launcher, word, "--data", server.folder], capture_output=True, text=True)
    server.kill()
    demand(ask("status").returncode == 3, "status takes a killed process for a running one")
    server.start()
    demand(ask("status").returncode == 0, "status does not see the process")
    stopped = ask("stop")
    demand(stopped.returncode == 0 and "stopped" in stopped.stdout, f"stop said: {stopped.stdout} {stopped.stderr}")
    server.ended()
    demand(ask("status").returncode == 3, "status takes a stopped process for a running one")


def whole_run(a, rng, folder):
    points = failpoints()
    server = Server(os.path.abspath(a.launcher), os.path.join(folder, "data"), SETTINGS | dict(pair.split("=", 1) for pair in a.set))
    run = Run(server, rng)
    server.start()
    create(server.uri)
    print(f"second process: {refuse_second(server)}", flush=True)
    order = a.points or rng.sample(points, len(points))
    at_failpoint, unreached = 0, []
    for n in range(1, a.kills + 1):
        try:
            if n % 3 == 1 and not a.points:
                line = run.kill_at_random()
            else:
                point = order[at_failpoint % len(order)]
                at_failpoint += 1
                reached, line = run.kill_at(point)
                unreached += [] if reached else [point]
        except Violation as violation:
            raise Violation(f"kill {n}: {violation}") from violation
        print(f"kill {n}: {line}", flush=True)
    print(run.die_in_recovery(5), flush=True)
    sizes = run.what_is_kept()
    print("kept: " + ", ".join(f"{part} {count} files {size >> 10} KB" for part, (count, size) in sizes.items()), flush=True)
    for part, most in KEPT_AT_MOST_BYTES.items():
        other_store = any(pair.startswith(f"{part}.type=") for pair in a.set)  # RocksDB has sizes of its own
        demand(other_store or sizes[part][1] <= most, f"{part} grew to {sizes[part][1]} bytes, {most} would do")
    stop_and_status(server)
    times = first_read(server.launcher, os.path.join(folder, "many"), a.rows)
    print(f"kill to first Strong read of {a.rows} rows: {times[0]:.2f} s from the log, {times[1]:.2f} s from segments", flush=True)
    reached = f"{at_failpoint - len(unreached)} of {at_failpoint} failpoints reached"
    print(f"{a.kills} kills ({reached}), {run.acknowledged} acknowledged row writes, 0 lost, 0 invented, slowest start {run.slowest:.2f} s")
    if unreached:
        print("not reached: " + " ".join(unreached))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--launcher", default="./elanus")
    ap.add_argument("--kills", type=int, default=20)
    ap.add_argument("--seed", type=int, default=int(time.time()))
    ap.add_argument("--rows", type=int, default=100_000, help="for the time to the first read")
    ap.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the process")
    ap.add_argument("--points", nargs="*", help="only these failpoints, no random moments")
    a = ap.parse_args()
    print(f"seed {a.seed}, {a.kills} kills, {len(failpoints())} failpoints", flush=True)
    folder = tempfile.mkdtemp(prefix="elanus-kill-")
    try:
        whole_run(a, random.Random(a.seed), folder)
    except Violation as violation:
        for log in sorted(pathlib.Path(folder).glob("*.log")):
            print(f"-- the end of {log.name}:", *log.read_text().splitlines()[-LOG_LINES_SHOWN:], sep="\n", flush=True)
        print(f"VIOLATION {violation}; seed {a.seed}, folder {folder} kept", flush=True)
        sys.exit(1)
    finally:
        for process in Server.started:
            if process.poll() is None:
                process.kill()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
