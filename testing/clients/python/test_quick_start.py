"""What the first page of every Milvus tutorial does."""

import random

import numpy as np
import pytest
from pymilvus import MilvusClient, MilvusException


def vectors(n, dim, seed=1):
    return np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)


def cosine(base, query):
    return base @ query / np.linalg.norm(base, axis=1) / np.linalg.norm(query)


def test_quick_create_insert_search_query_delete(client, name):
    client.create_collection(name, dimension=16)
    assert client.has_collection(name)
    assert name in client.list_collections()
    base = vectors(500, 16)
    answer = client.insert(name, [{"id": i, "vector": base[i].tolist(), "text": f"t{i}", "subject": ["a", "b"][i % 2]} for i in range(500)])
    assert answer["insert_count"] == 500
    assert list(answer["ids"]) == list(range(500))

    query = vectors(1, 16, seed=2)[0]
    exact = np.argsort(-cosine(base, query), kind="stable")[:10]
    hits = client.search(name, data=[query.tolist()], limit=10, output_fields=["text", "subject"], consistency_level="Strong")[0]
    assert [h["id"] for h in hits] == exact.tolist()
    assert hits[0]["entity"]["text"] == f"t{exact[0]}"
    np.testing.assert_allclose([h["distance"] for h in hits], cosine(base, query)[exact], rtol=1e-5)

    hits = client.search(name, data=[query.tolist()], limit=10, filter='subject == "b"', output_fields=["subject"])[0]
    assert len(hits) == 10 and all(h["entity"]["subject"] == "b" for h in hits)

    rows = client.query(name, filter="id in [3, 1, 499]", output_fields=["text", "vector"])
    assert [r["id"] for r in rows] == [1, 3, 499]
    np.testing.assert_array_equal(np.float32(rows[0]["vector"]), base[1])
    assert client.get(name, ids=[7])[0]["text"] == "t7"

    assert client.delete(name, ids=[0, 2])["delete_count"] == 2
    assert client.delete(name, filter='subject == "a"')["delete_count"] == 248
    assert client.query(name, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"] == 250


def test_rows_are_seen_by_the_next_strong_read(client, name):
    client.create_collection(name, dimension=4)
    for i in range(30):
        client.insert(name, [{"id": i, "vector": [float(i), 1, 2, 3]}])
        assert len(client.query(name, filter=f"id == {i}", consistency_level="Strong")) == 1
        client.upsert(name, [{"id": i, "vector": [float(i), 1, 2, 3], "v": i}])
        assert client.query(name, filter=f"id == {i}", output_fields=["v"], consistency_level="Strong")[0]["v"] == i


@pytest.mark.parametrize("metric", ["L2", "IP", "COSINE"])
@pytest.mark.parametrize("index", ["FLAT", "IVF_FLAT", "IVF_SQ8", "IVF_PQ", "SCANN", "IVF_RABITQ", "IVF_RABITQ_FASTSCAN", "HNSW", "DISKANN", "AISAQ",
                                   "AUTOINDEX"])
def test_every_float_index_and_metric_finds_neighbours(client, name, index, metric):
    n, dim = 3000, 24
    base = vectors(n, dim, seed=5)
    refined = {"nlist": 32, "refine": True, "refine_type": "FP32"}
    params = {"HNSW": {"M": 16, "efConstruction": 100}, "IVF_FLAT": {"nlist": 32}, "SCANN": {"nlist": 32},
              "IVF_SQ8": refined, "IVF_PQ": {"m": 8, "nbits": 8, **refined}, "IVF_RABITQ": refined,
              "IVF_RABITQ_FASTSCAN": refined}.get(index, {})
    p = client.prepare_index_params()
    p.add_index(field_name="vector", index_type=index, metric_type=metric, params=params)
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", 5, is_primary=True)
    schema.add_field("vector", 101, dim=dim)
    client.create_collection(name, schema=schema, index_params=p)
    for lo in range(0, n, 1000):
        client.insert(name, [{"id": i, "vector": base[i].tolist()} for i in range(lo, lo + 1000)])
    client.flush(name)
    queries = vectors(20, dim, seed=6)
    if metric == "L2":
        scores = -(((base[None] - queries[:, None]) ** 2).sum(-1))
    elif metric == "IP":
        scores = queries @ base.T
    else:
        scores = (queries / np.linalg.norm(queries, axis=1)[:, None]) @ (base / np.linalg.norm(base, axis=1)[:, None]).T
    exact = np.argsort(-scores, axis=1)[:, :10]
    got = client.search(name, data=queries.tolist(), limit=10, search_params={"params": {"ef": 128, "search_list": 128, "nprobe": 32, "refine_k": 10}},
                        consistency_level="Strong")
    recall = np.mean([len(set(exact[i]) & {h["id"] for h in got[i]}) / 10 for i in range(20)])
    assert recall >= (0.9 if "RABITQ" in index else 0.95)  # a bit for each of few dimensions
    if metric == "L2":
        assert all(h["distance"] >= 0 for hits in got for h in hits)
    described = client.describe_index(name, index_name="vector")
    assert described["index_type"] == index and described["metric_type"] == metric


def test_errors_carry_milvus_codes_and_texts(client, name):
    with pytest.raises(MilvusException, match="collection not found"):
        client.query("no_such_collection", filter="id > 0")
    client.create_collection(name, dimension=8)
    with pytest.raises(MilvusException) as e:
        client.search(name, data=[[0.1] * 7], limit=3)
    assert "dimension" in str(e.value)
    with pytest.raises(MilvusException, match="cannot parse expression"):
        client.query(name, filter="id === 3")
    with pytest.raises(MilvusException, match="topk"):
        client.search(name, data=[[0.1] * 8], limit=16385)
    with pytest.raises(MilvusException, match="metric type not match"):
        client.search(name, data=[[0.1] * 8], limit=3, search_params={"metric_type": "L2"})
    client.release_collection(name)
    with pytest.raises(MilvusException, match="collection not loaded"):
        client.search(name, data=[[0.1] * 8], limit=3)
    with pytest.raises(MilvusException, match="the first character of a collection name must be an underscore or letter"):
        client.create_collection("1x", dimension=8)


def test_random_batches_agree_with_a_dictionary(client, name):
    """Seeded insert, upsert and delete against a plain dictionary."""
    seed = 20261121
    rng = random.Random(seed)
    client.create_collection(name, dimension=4, consistency_level="Strong")
    model = {}
    for _ in range(60):
        ids = rng.sample(range(400), 20)
        action = rng.random()
        if action < 0.7:
            client.upsert(name, [{"id": i, "vector": [rng.random() for _ in range(4)], "v": (v := rng.randrange(1000)), "w": model.__setitem__(i, v)} for i in ids])
        elif action < 0.9:
            client.delete(name, ids=ids)
            for i in ids:
                model.pop(i, None)
        else:
            client.flush(name)
        limit = rng.randrange(1000)
        got = client.query(name, filter=f"v < {limit}", output_fields=["v"], limit=1000)
        assert {r["id"]: r["v"] for r in got} == {k: v for k, v in model.items() if v < limit}, f"seed {seed}"
    assert client.query(name, filter="", output_fields=["count(*)"])[0]["count(*)"] == len(model)
