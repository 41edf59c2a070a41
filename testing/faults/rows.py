"""The rows of the fault tests: every field tells the key and the version, so that a torn row shows by itself."""

import time

import numpy as np
from pymilvus import DataType, MilvusClient
from pymilvus.exceptions import MilvusException

DIMENSION = 8
FIELDS = ["id", "version", "text", "v"]
# name, shards, index of the vector, what to build, what to ask for
COLLECTIONS = [
    ("exact", 4, "FLAT", {}, {}),
    ("graph", 2, "HNSW", {"M": 8, "efConstruction": 60}, {"ef": 200}),
]


def row(key, version):
    return {"id": key, "version": version, "text": text(key, version), "v": vector(key, version)}


def text(key, version):
    return f"{key}/{version}" + ("." * 1000 if version % 20 == 0 else "")


def vector(key, version):
    return np.random.default_rng([key, version]).standard_normal(DIMENSION, dtype=np.float32).tolist()


def torn(found):
    """What is wrong with a row that was found; empty: nothing."""
    key, version = found["id"], found["version"]
    wrong = [name for name, right in row(key, version).items() if name in found and found[name] != right]
    return f"key {key}, version {version}, but not of it: {', '.join(wrong)}" if wrong else ""


def create(uri, name, shards, kind, params, patience_seconds, replicas=1):
    """Created, indexed and loaded; what the database tells of it. A cluster that has just come up may need some attempts."""
    client = MilvusClient(uri=uri)
    s = client.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("version", DataType.INT64)
    s.add_field("text", DataType.VARCHAR, max_length=2048)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=DIMENSION)
    p = client.prepare_index_params()
    p.add_index("v", index_type=kind, metric_type="L2", params=params)
    for step in (lambda: client.create_collection(name, schema=s, num_shards=shards, timeout=30),
                 lambda: client.create_index(name, p, timeout=30), lambda: client.load_collection(name, replica_number=replicas, timeout=30)):
        persist(step, time.monotonic() + patience_seconds)
    told = client.describe_collection(name)
    client.close()
    return told


def persist(step, deadline):
    while True:
        try:
            return step()
        except MilvusException:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.3)


def shard_of(key, shards):
    """MurmurHash3 (x86, 32 bits, seed 0) of the key's eight bytes, by which Milvus routes rows."""
    hashed = 0
    for block in (key & 0xFFFFFFFF, key >> 32 & 0xFFFFFFFF):
        block = rotated(block * 0xCC9E2D51 & 0xFFFFFFFF, 15) * 0x1B873593 & 0xFFFFFFFF
        hashed = (rotated(hashed ^ block, 13) * 5 + 0xE6546B64) & 0xFFFFFFFF
    hashed ^= 8
    hashed = (hashed ^ hashed >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    hashed = (hashed ^ hashed >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return ((hashed ^ hashed >> 16) & 0x7FFFFFFF) % shards


def rotated(value, bits):
    return (value << bits | value >> 32 - bits) & 0xFFFFFFFF
