"""A client in a process of its own. Requests are encoded before the clock runs and sent as bytes, so that the two cores are the servers'.

Reads a task a line from standard input, JSON, and answers with a line of JSON.
"""

import argparse
import json
import sys
import threading
import time

import grpc
import numpy as np
from pymilvus import DataType
from pymilvus.client.prepare import Prepare
from pymilvus.grpc_gen import milvus_pb2, schema_pb2

SERVICE = "/milvus.proto.milvus.MilvusService/"
LARGE = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
DEADLINE_SECONDS = 60
TOP = 10
WARM = 5  # searches that are not counted


class Client:
    def __init__(self, target, data, rows, truth):
        channel = grpc.insecure_channel(target, options=LARGE)
        self.call = {name: channel.unary_unary(SERVICE + name) for name in ("Search", "Insert")}
        self.base = np.load(data + "/base.npy", mmap_mode="r")[:rows]
        self.query = np.load(data + "/query.npy")
        with open(data + "/base.txt", encoding="utf-8") as file:
            self.text = file.read().split("\n")
        self.truth = np.load(truth)

    # requests

    def searches(self, task):
        order = np.random.default_rng(task.get("seed", 0)).permutation(len(self.query))
        made = [Prepare.search_requests_with_expr(
            task["collection"], "vec", {"metric_type": "COSINE", "params": {"ef": task.get("ef", 64)}}, TOP, data=[self.query[i]],
            use_default_consistency=False, consistency_level=task.get("level", "Bounded")).SerializeToString() for i in order]
        return order, made

    def rows(self, collection, first, end, shift=0):
        at = [i % len(self.base) for i in range(first, end)]
        vectors = schema_pb2.VectorField(dim=self.base.shape[1], float_vector=schema_pb2.FloatArray(data=self.base[at].ravel()))
        return milvus_pb2.InsertRequest(collection_name=collection, num_rows=end - first, fields_data=[
            scalars("id", DataType.INT64, long_data=schema_pb2.LongArray(data=[i + shift for i in range(first, end)])),
            schema_pb2.FieldData(field_name="vec", type=schema_pb2.FloatVector, vectors=vectors),
            scalars("text", DataType.VARCHAR, string_data=schema_pb2.StringArray(data=[self.text[i] for i in at])),
            scalars("cat", DataType.INT64, long_data=schema_pb2.LongArray(data=[i % 1000 for i in at])),
        ]).SerializeToString()

    # tasks

    def search(self, task):
        order, made = self.searches(task)
        for request in made[:WARM]:
            self.call["Search"](request, timeout=DEADLINE_SECONDS)
        milliseconds, answers = [], []
        began = time.monotonic()
        until = began + task["seconds"]
        while time.monotonic() < until:
            i = len(answers) % len(made)
            at = time.perf_counter()
            answers.append(self.call["Search"](made[i], timeout=DEADLINE_SECONDS))
            milliseconds.append((time.perf_counter() - at) * 1e3)
        seconds = time.monotonic() - began
        found = [ids_of(answer) for answer in answers]
        return {"calls": len(found), "seconds": seconds, "milliseconds": milliseconds, "failed": sum(ids is None for ids in found),
                "recall": self.recall(order, found)}

    def recall(self, order, found):
        good = [len(set(self.truth[order[i % len(order)]].tolist()) & set(ids)) / TOP for i, ids in enumerate(found) if ids is not None]
        return sum(good) / max(1, len(good))

    def answers(self, task):
        """The first searches with ids and scores, to be compared with another system's."""
        order, made = self.searches(task)
        told = {}
        for i, request in zip(order[:task["count"]], made):
            results = milvus_pb2.SearchResults.FromString(self.call["Search"](request, timeout=DEADLINE_SECONDS)).results
            told[int(i)] = [list(results.ids.int_id.data), list(results.scores)]
        return told

    def insert(self, task):
        """Rows [from, to), so many a call; `ready` is told when they are encoded."""
        starts = range(task["from"], task["to"], task["batch"])
        made = [self.rows(task["collection"], i, min(i + task["batch"], task["to"])) for i in starts]
        print(json.dumps("ready"), flush=True)
        sys.stdin.readline()
        milliseconds, failed = [], 0
        began = time.monotonic()
        for request in made:
            at = time.perf_counter()
            failed += not inserted(self.call["Insert"](request, timeout=DEADLINE_SECONDS))
            milliseconds.append((time.perf_counter() - at) * 1e3)
        return {"calls": len(made), "seconds": time.monotonic() - began, "milliseconds": milliseconds, "failed": failed,
                "bytes": sum(map(len, made))}

    def watch(self, task):
        """One call after another until standard input has a line: when each began (CLOCK_MONOTONIC) and ended, and whether it succeeded."""
        over = threading.Event()
        threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
        searching = task["kind"] != "insert"
        made = self.searches(task)[1] if searching else None
        told, i = [], 0
        while not over.is_set():
            request = made[i % len(made)] if searching else self.rows(task["collection"], i * task["batch"], (i + 1) * task["batch"], 10_000_000)
            began = time.monotonic()
            try:
                answer = self.call["Search" if searching else "Insert"](request, timeout=DEADLINE_SECONDS)
                good = ids_of(answer) is not None if searching else inserted(answer)
            except grpc.RpcError:
                good = False
            told.append([began, time.monotonic(), good])
            i += good
            if not searching:
                time.sleep(task["pause"])
        return told


def scalars(name, kind, **data):
    return schema_pb2.FieldData(field_name=name, type=int(kind), scalars=schema_pb2.ScalarField(**data))


def ids_of(answer):
    """None where the search failed."""
    told = milvus_pb2.SearchResults.FromString(answer)
    return None if told.status.code else list(told.results.ids.int_id.data)


def inserted(answer):
    return milvus_pb2.MutationResult.FromString(answer).status.code == 0


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--target", required=True)
    ap.add_argument("--data", required=True)
    ap.add_argument("--rows", type=int, required=True)
    ap.add_argument("--truth", required=True, help="[queries x 10] rows, the nearest by cosine")
    a = ap.parse_args()
    client = Client(a.target, a.data, a.rows, a.truth)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps(getattr(client, task.pop("task"))(task)), flush=True)


if __name__ == "__main__":
    main()
