"""The collection that is measured: made, filled, indexed and loaded, and its figures on the way."""

import time

from pymilvus import DataType, MilvusClient

import clients as driven
import cost
import systems

NAME = "glosses"
BATCH = 1000
INDEX = {"index_type": "HNSW", "metric_type": "COSINE", "params": {"M": 16, "efConstruction": 200}}


def connect(server):
    return MilvusClient(uri="http://" + server.target)


def create(client, name, shards):
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vec", DataType.FLOAT_VECTOR, dim=384)
    schema.add_field("text", DataType.VARCHAR, max_length=4096)
    schema.add_field("cat", DataType.INT64)
    client.create_collection(name, schema=schema, num_shards=shards, consistency_level="Bounded")


def index(client, name, kind=None):
    params = client.prepare_index_params()
    params.add_index("vec", **(kind or INDEX))
    client.create_index(name, params)


def fill(server, clients, first, end, count, name=NAME):
    """Rows [first, end) by so many clients at once: rows/s, latencies of a call, CPU of every process."""
    cut = [first + (end - first) * i // count for i in range(count + 1)]
    tasks = [{"task": "insert", "collection": name, "from": lo, "to": hi, "batch": BATCH} for lo, hi in zip(cut, cut[1:])]
    processes = clients.begin(*tasks)
    for process in processes:
        driven.heard(process)

    def insert():
        for process in processes:
            driven.say(process, "go")
        return [driven.heard(process) for process in processes]

    began = time.monotonic()
    told, spent = driven.measured(server, clients, insert)
    seconds = time.monotonic() - began
    figures = driven.together(told)
    if figures["failed"]:
        raise RuntimeError("%d inserts failed" % figures["failed"])
    return {**figures, "clients": count, "rows": end - first, "rows_per_s": (end - first) / seconds, "bytes": sum(one["bytes"] for one in told),
            "spent": told_spent(spent)}


COMPILED = 0.1  # the share of compilers in what Elanus spends, below which its figures stand


def until_warm(seconds, spent):
    """Repeats what is asked, for so many seconds at most; spent: of one repetition, as `told_spent` says it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        figures = [s for name, s in spent().items() if not name.startswith(("client", *systems.STORES))]
        if sum(s["compiling"] for s in figures) < COMPILED * sum(s["cpu"] for s in figures):
            return


def rehearse(context, server, clients, client, shards):
    """Inserts into a collection that goes again."""
    create(client, "scratch", shards)
    until_warm(context.warm_seconds / 2, lambda: fill(server, clients, 0, min(context.rows, 16 * BATCH), 4, "scratch")["spent"])
    client.drop_collection("scratch")


def serve(server, client, name=NAME):
    """Flushed, indexed, loaded: seconds of each, and the CPU of all of it."""
    before, began = cost.now(server.pids), time.monotonic()
    client.flush(name)
    flushed = time.monotonic()
    index(client, name)
    while client.describe_index(name, "vec").get("pending_index_rows"):
        time.sleep(0.2)
    indexed = time.monotonic()
    client.load_collection(name)
    return {"flush_s": flushed - began, "index_s": indexed - flushed, "load_s": time.monotonic() - indexed,
            "spent": told_spent(cost.between(before, cost.now(server.pids)))}


def told_spent(spent):
    return {name: {"cpu": round(s.cpu, 3), "compiling": round(s.compiling, 3)} for name, s in spent.items()}


def segments(server, name=NAME):
    return [row for row in server.ask("/management/segments") if row["collection"] == name and row["state"] == "flushed"]
