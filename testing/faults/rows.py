"""The rows of the fault tests: every field tells the key and the version, so that a torn row shows by itself."""

import numpy as np
from pymilvus import DataType, MilvusClient

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


def create(uri, name, shards, kind, params):
    """The fields as the client writes them, and the names of the physical channels by shard."""
    client = MilvusClient(uri=uri)
    s = client.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("version", DataType.INT64)
    s.add_field("text", DataType.VARCHAR, max_length=2048)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=DIMENSION)
    p = client.prepare_index_params()
    p.add_index("v", index_type=kind, metric_type="L2", params=params)
    client.create_collection(name, schema=s, index_params=p, num_shards=shards, timeout=60)
    told = client.describe_collection(name)
    client.close()
    return told


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
