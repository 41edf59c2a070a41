#!/usr/bin/env python3
"""Kills the real process while it is written to, and checks what is left against what was acknowledged (scenarios F1, F2).

Three writers insert, upsert and delete rows of their own keys over gRPC; now and then one flushes or compacts. After a random time, or at a
named failpoint, the process dies (SIGKILL, or Runtime.halt at the failpoint). It is started again on the same folder, and every row is read:

  D1  every acknowledged write is there, every acknowledged delete stays deleted
  D8  the request in flight at the kill is there completely or not at all
  C1  no row that nobody wrote, no row of two versions
  C3  count(*), a full query and the iterator agree

  kill_test.py --launcher ./elanus --kills 60 --seed 7

Prints one line for each kill and a summary; exit code 1 at the first violation. The seed repeats the choice of kills and operations.
"""

import argparse
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from pymilvus import DataType, MilvusClient

COLLECTION = "kill"
KEYS = 3000
DELETED = None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def failpoints():
    """Every name in the one list of failpoints, read from its source."""
    root = pathlib.Path(__file__).resolve().parents[2]
    source = (root / "storage/disk/src/main/java/io/elanus/disk/Failpoints.java").read_text()
    names = re.search(r"Set.of\((.*?)\);", source, re.S).group(1)
    return re.findall(r"\"([A-Za-z.]+)\"", names)


class Server:
    def __init__(self, launcher, folder):
        self.launcher, self.folder, self.port = launcher, folder, free_port()

    def start(self, failpoint=None):
        options = dict(os.environ)
        if failpoint:
            options["ELANUS_JAVA_OPTIONS"] = f"-Delanus.failpoint={failpoint}"
        t0 = time.time()
        self.process = subprocess.Popen(
            [self.launcher, "start", "--data", self.folder, "--port", str(self.port), "--http-port", "0",
             "--set", "segment.max.rows=2000"],
            stdout=subprocess.PIPE, stderr=open(self.folder + ".log", "a"), text=True, env=options)
        for line in self.process.stdout:
            if line.startswith("ready"):
                return time.time() - t0
        raise SystemExit("the server ended before it was ready, see " + self.folder + ".log")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Writer(threading.Thread):
    """Owns the keys k with k % 3 == number; its model is exact but for the one request in flight."""

    def __init__(self, uri, number, rng, model, version):
        super().__init__(daemon=True)
        self.uri, self.number, self.rng, self.model, self.version = uri, number, rng, model, version
        self.stop, self.pending, self.acknowledged = False, {}, 0
        self.error = None

    def run(self):
        try:
            client = MilvusClient(uri=self.uri)
            while not self.stop:
                self.step(client)
        except Exception as e:  # the process was killed: whatever was in flight is in self.pending
            self.error = e

    def step(self, client):
        r = self.rng.random()
        keys = [k * 3 + self.number for k in self.rng.sample(range(KEYS // 3), self.rng.randint(1, 40))]
        self.version += 1
        if r < 0.35:
            keys = [k for k in keys if self.model.get(k) is DELETED]
            if keys:
                self.do({k: self.version for k in keys}, lambda: client.insert(COLLECTION, self.rows(keys), timeout=5))
        elif r < 0.75:
            self.do({k: self.version for k in keys}, lambda: client.upsert(COLLECTION, self.rows(keys), timeout=5))
        elif r < 0.97:
            self.do({k: DELETED for k in keys}, lambda: client.delete(COLLECTION, ids=keys, timeout=5))
        elif r < 0.99:
            client.flush(COLLECTION, timeout=5)
        else:
            client.compact(COLLECTION, timeout=5)

    def do(self, effect, call):
        self.pending = effect
        call()
        self.model.update(effect)
        self.pending = {}
        self.acknowledged += len(effect)

    def rows(self, keys):
        return [{"id": k, "version": self.version, "text": f"{k}/{self.version}", "v": [float(k), float(self.version), 0.0, 1.0]} for k in keys]


def create(uri):
    client = MilvusClient(uri=uri)
    s = client.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("version", DataType.INT64)
    s.add_field("text", DataType.VARCHAR, max_length=64)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=4)
    p = client.prepare_index_params()
    p.add_index("v", index_type="HNSW", metric_type="L2", params={"M": 8, "efConstruction": 40})
    client.create_collection(COLLECTION, schema=s, index_params=p, consistency_level="Strong")
    client.close()


def check(uri, writers):
    """Returns the number of rows; raises AssertionError with the violation."""
    client = MilvusClient(uri=uri)
    found = {}
    it = client.query_iterator(COLLECTION, batch_size=1000, filter="id >= 0", output_fields=["id", "version", "text", "v"], consistency_level="Strong")
    while page := it.next():
        for row in page:
            k, version = row["id"], row["version"]
            assert k not in found, f"key {k} twice"
            assert row["text"] == f"{k}/{version}" and [float(x) for x in row["v"]] == [float(k), float(version), 0.0, 1.0], f"torn row {row}"
            found[k] = version
    it.close()
    count = client.query(COLLECTION, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]
    assert count == len(found), f"count(*) {count}, iterator {len(found)}"
    listed = client.query(COLLECTION, filter="id >= 0", output_fields=["id"], limit=16000, consistency_level="Strong")
    assert [r["id"] for r in listed] == sorted(found), "query and iterator differ"
    for w in writers:
        applied = [k for k, v in w.pending.items() if found.get(k, DELETED) == v and w.model.get(k, DELETED) != v]
        missing = [k for k, v in w.pending.items() if found.get(k, DELETED) != v]
        assert not (applied and missing), f"a request was applied in part: {applied[:3]} but not {missing[:3]}"
        expected = dict(w.model)
        if applied:
            expected.update(w.pending)
        for k in range(w.number, KEYS, 3):
            want, got = expected.get(k, DELETED), found.get(k, DELETED)
            assert want == got, f"key {k}: acknowledged {want}, found {got}"
        w.model.clear()
        w.model.update({k: v for k, v in found.items() if k % 3 == w.number})
    strangers = [k for k in found if not 0 <= k < KEYS]
    assert not strangers, f"rows nobody wrote: {strangers[:5]}"
    client.close()
    return len(found)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--launcher", default="./elanus")
    ap.add_argument("--kills", type=int, default=20)
    ap.add_argument("--seed", type=int, default=int(time.time()))
    a = ap.parse_args()
    rng = random.Random(a.seed)
    points = failpoints()
    print(f"seed {a.seed}, {a.kills} kills, {len(points)} failpoints", flush=True)
    with tempfile.TemporaryDirectory(prefix="elanus-kill-") as folder:
        server = Server(os.path.abspath(a.launcher), os.path.join(folder, "data"))
        server.start()
        uri = f"http://127.0.0.1:{server.port}"
        create(uri)
        models = [({}, 0) for _ in range(3)]
        acknowledged, order = 0, rng.sample(points, len(points))
        for n in range(a.kills):
            # even kills come at a random moment, odd ones at a failpoint
            point = f"{order[(n // 2) % len(order)]}:halt:{rng.randint(1, 6)}" if n % 2 and order else None
            if point:
                server.kill()
                server.start(point)
            writers = [Writer(uri, i, random.Random(rng.random()), m, v) for i, (m, v) in enumerate(models)]
            for w in writers:
                w.start()
            deadline = time.time() + rng.uniform(0.3, 2.5) + (2 if point else 0)
            while time.time() < deadline and server.process.poll() is None:
                time.sleep(0.01)
            hit = server.process.poll() is not None
            server.kill()
            for w in writers:
                w.stop = True
            for w in writers:
                w.join(30)
                assert not w.is_alive(), "a writer hangs"
            took = server.start()
            try:
                rows = check(uri, writers)
            except AssertionError as violation:
                print(f"kill {n} ({point or 'random moment'}): VIOLATION {violation}; seed {a.seed}", flush=True)
                sys.exit(1)
            acknowledged += sum(w.acknowledged for w in writers)
            models = [(w.model, w.version) for w in writers]
            print(f"kill {n + 1}: {point or 'random moment'}{'' if hit or not point else ' (not reached)'}, {rows} rows right, up in {took:.2f} s", flush=True)
        server.kill()
    print(f"{a.kills} kills, {acknowledged} acknowledged row writes, 0 lost, 0 invented")


if __name__ == "__main__":
    main()
