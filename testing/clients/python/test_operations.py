"""Partitions, aliases, databases, load state, iterators, hybrid search, consistency, restart."""

import signal

import numpy as np
import pytest
from pymilvus import AnnSearchRequest, DataType, MilvusClient, MilvusException, RRFRanker, WeightedRanker

from test_quick_start import vectors


def two_vector_collection(client, name, n=400):
    s = client.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("a", DataType.FLOAT_VECTOR, dim=8)
    s.add_field("b", DataType.FLOAT_VECTOR, dim=12)
    s.add_field("g", DataType.INT64)
    p = client.prepare_index_params()
    p.add_index("a", index_type="HNSW", metric_type="COSINE", params={"M": 8, "efConstruction": 64})
    p.add_index("b", index_type="FLAT", metric_type="IP")
    client.create_collection(name, schema=s, index_params=p, consistency_level="Strong")
    a, b = vectors(n, 8, 21), vectors(n, 12, 22)
    client.insert(name, [{"id": i, "a": a[i].tolist(), "b": b[i].tolist(), "g": i % 7} for i in range(n)])
    return a, b


def test_hybrid_search_rrf_and_weighted(client, name):
    a, b = two_vector_collection(client, name)
    qa, qb = vectors(1, 8, 23)[0], vectors(1, 12, 24)[0]
    cos = a @ qa / np.linalg.norm(a, axis=1) / np.linalg.norm(qa)
    ip = b @ qb
    requests = [AnnSearchRequest([qa.tolist()], "a", {"metric_type": "COSINE"}, 20),
                AnnSearchRequest([qb.tolist()], "b", {"metric_type": "IP"}, 20)]
    ranks = [list(np.argsort(-x, kind="stable")[:20]) for x in (cos, ip)]
    fused = {}
    for r in ranks:
        for place, i in enumerate(r):
            fused[i] = fused.get(i, 0) + 1 / (60 + place + 1)
    hits = client.hybrid_search(name, requests, RRFRanker(60), limit=10, output_fields=["g"])[0]
    assert [h["distance"] for h in hits] == pytest.approx(sorted(fused.values(), reverse=True)[:10], rel=1e-5)
    assert all(h["entity"]["g"] == h["id"] % 7 for h in hits)

    fused = {}
    for w, r, x in ((0.7, ranks[0], (1 + cos) / 2), (0.3, ranks[1], 0.5 + np.arctan(ip) / np.pi)):
        for i in r:
            fused[i] = fused.get(i, 0) + w * float(x[i])
    hits = client.hybrid_search(name, requests, WeightedRanker(0.7, 0.3), limit=10)[0]
    assert [h["distance"] for h in hits] == pytest.approx(sorted(fused.values(), reverse=True)[:10], rel=1e-4)


def test_range_group_by_and_offset(client, name):
    a, _ = two_vector_collection(client, name)
    q = a[3]
    cos = a @ q / np.linalg.norm(a, axis=1) / np.linalg.norm(q)
    hits = client.search(name, data=[q.tolist()], anns_field="a", limit=400,
                         search_params={"params": {"radius": 0.5, "range_filter": 0.9, "ef": 400}})[0]
    want = {i for i in range(400) if 0.5 < cos[i] <= 0.9}
    assert {h["id"] for h in hits} == want
    hits = client.search(name, data=[q.tolist()], anns_field="a", limit=7, group_by_field="g", output_fields=["g"])[0]
    assert len({h["entity"]["g"] for h in hits}) == 7
    with pytest.raises(MilvusException, match="grouping by several fields is not supported yet") as e:
        client.search(name, data=[q.tolist()], anns_field="a", limit=7, group_by_field=["g", "id"])
    assert e.value.code == 1100
    first = client.search(name, data=[q.tolist()], anns_field="a", limit=20, search_params={"params": {"ef": 200}})[0]
    later = client.search(name, data=[q.tolist()], anns_field="a", limit=10, search_params={"offset": 10, "params": {"ef": 200}})[0]
    assert [h["id"] for h in later] == [h["id"] for h in first][10:]


def test_iterators_see_each_row_once(client, name):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    n = 2500
    client.insert(name, [{"id": i, "vector": [1.0, 0.0, i % 5, 1.0]} for i in range(n)])
    it = client.query_iterator(name, batch_size=300, filter="id >= 100", output_fields=["id"])
    seen = []
    while page := it.next():
        seen += [r["id"] for r in page]
    it.close()
    assert seen == list(range(100, n))

    it = client.search_iterator(name, data=[[1.0, 0.0, 2.0, 1.0]], batch_size=200, limit=1000)
    seen = []
    while page := it.next():
        seen += [h["id"] for h in page]
    it.close()
    assert len(seen) == len(set(seen)) and len(seen) >= 500


def test_an_effort_of_the_page_size_lasts_for_every_page(client, name):
    a, _ = two_vector_collection(client, name)
    it = client.search_iterator(name, data=[a[3].tolist()], anns_field="a", batch_size=50, limit=200, search_params={"params": {"ef": 50}})
    seen = []
    while page := it.next():
        seen += [h["id"] for h in page]
    it.close()
    assert len(seen) == len(set(seen)) == 200


def test_partitions(client, name):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    client.create_partition(name, "p1")
    client.create_partition(name, "p1")
    assert set(client.list_partitions(name)) == {"_default", "p1"}
    client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(10)])
    client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(10, 30)], partition_name="p1")
    assert len(client.query(name, filter="id >= 0", partition_names=["p1"])) == 20
    hits = client.search(name, data=[[1, 0, 0, 1]], limit=30, partition_names=["_default"])[0]
    assert {h["id"] for h in hits} == set(range(10))
    with pytest.raises(MilvusException, match="partition"):
        client.search(name, data=[[1, 0, 0, 1]], limit=3, partition_names=["none"])
    client.release_partitions(name, ["p1"])
    client.drop_partition(name, "p1")
    assert not client.has_partition(name, "p1")
    client.load_collection(name)
    assert client.query(name, filter="", output_fields=["count(*)"])[0]["count(*)"] == 10


def test_partition_key(client, name):
    s = client.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("tenant", DataType.VARCHAR, max_length=20, is_partition_key=True)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=4)
    p = client.prepare_index_params()
    p.add_index("v", index_type="FLAT", metric_type="L2")
    client.create_collection(name, schema=s, index_params=p, consistency_level="Strong", num_partitions=8)
    assert len(client.list_partitions(name)) == 8
    client.insert(name, [{"id": i, "tenant": f"t{i % 5}", "v": [i, 0, 0, 0]} for i in range(100)])
    rows = client.query(name, filter='tenant == "t3"', output_fields=["tenant"], limit=100)
    assert [r["id"] for r in rows] == list(range(3, 100, 5))
    hits = client.search(name, data=[[50, 0, 0, 0]], limit=5, filter='tenant in ["t0"]')[0]
    assert hits[0]["id"] == 50 and all(h["id"] % 5 == 0 for h in hits)


def test_aliases_and_rename(client, name):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    other = name + "_2"
    client.create_collection(other, dimension=4, consistency_level="Strong")
    alias = name + "_alias"
    client.create_alias(name, alias)
    client.insert(alias, [{"id": 1, "vector": [1, 2, 3, 4]}])
    assert client.query(alias, filter="id == 1")[0]["id"] == 1
    assert client.describe_alias(alias)["collection_name"] == name
    client.alter_alias(other, alias)
    assert client.query(alias, filter="id == 1") == []
    assert alias in client.list_aliases(other)["aliases"]
    client.drop_alias(alias)
    client.rename_collection(other, other + "_new")
    assert client.has_collection(other + "_new") and not client.has_collection(other)
    client.drop_collection(other + "_new")


def test_databases(server, client, name):
    db = name + "_db"
    client.create_database(db)
    assert db in client.list_databases()
    inside = MilvusClient(uri=server.uri, db_name=db)
    inside.create_collection("same", dimension=4, consistency_level="Strong")
    inside.insert("same", [{"id": 5, "vector": [0, 1, 2, 3]}])
    assert "same" not in client.list_collections()
    assert inside.query("same", filter="id == 5")[0]["id"] == 5
    with pytest.raises(MilvusException, match="not empty"):
        client.drop_database(db)
    inside.drop_collection("same")
    client.drop_database(db)
    with pytest.raises(Exception):
        MilvusClient(uri=server.uri, db_name="never_made").list_collections()
    inside.close()


@pytest.mark.parametrize("level", ["Strong", "Session", "Bounded", "Eventually"])
def test_a_client_reads_its_own_writes(client, name, level):
    client.create_collection(name, dimension=4, consistency_level=level)
    client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(10)])
    if level in ("Strong", "Session"):
        assert len(client.query(name, filter="id >= 0", consistency_level=level)) == 10
    assert client.describe_collection(name)["consistency_level"] == {"Strong": 0, "Session": 1, "Bounded": 2, "Eventually": 3}[level]


def test_load_release_flush_compact_statistics(client, name):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    assert str(client.get_load_state(name)["state"]).endswith("Loaded")
    client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(100)])
    client.flush(name)
    assert int(client.get_collection_stats(name)["row_count"]) == 100
    for lo in (100, 200, 300):
        client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(lo, lo + 100)])
        client.flush(name)
    client.delete(name, ids=list(range(50)))
    job = client.compact(name)
    for _ in range(100):
        if client.get_compaction_state(job) == "Completed":
            break
        import time
        time.sleep(0.1)
    assert client.query(name, filter="", output_fields=["count(*)"])[0]["count(*)"] == 350
    client.release_collection(name)
    assert str(client.get_load_state(name)["state"]).endswith("NotLoad")
    client.load_collection(name)
    assert client.query(name, filter="id < 60", output_fields=["id"])[0]["id"] == 50


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_restart_in_the_middle(server, name, how):
    c = MilvusClient(uri=server.uri)
    a, b = two_vector_collection(c, name)
    c.flush(name)
    c.delete(name, ids=[1, 2, 3])
    c.upsert(name, [{"id": 10, "a": a[0].tolist(), "b": b[0].tolist(), "g": 99}])
    c.create_alias(name, name + "_al")
    server.restart(how)
    c.close()
    c = MilvusClient(uri=server.uri)
    assert c.query(name, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"] == 397
    assert c.query(name + "_al", filter="id in [1, 10]", output_fields=["g"], consistency_level="Strong") == [{"id": 10, "g": 99}]
    assert {h["id"] for h in c.search(name, data=[a[0].tolist()], anns_field="a", limit=2)[0]} == {0, 10}
    c.insert(name, [{"id": 1000, "a": a[0].tolist(), "b": b[0].tolist(), "g": 1}])
    assert len(c.query(name, filter="id == 1000", consistency_level="Strong")) == 1
    c.drop_alias(name + "_al")
    c.drop_collection(name)
    c.close()
