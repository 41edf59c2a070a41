"""Every type that Elanus has: in, out, nullable, with defaults."""

import time

import numpy as np
import pytest
from pymilvus import DataType, MilvusException

from test_quick_start import vectors


def everything(client, name, n=300):
    s = client.create_schema(auto_id=False, enable_dynamic_field=True)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("flag", DataType.BOOL)
    s.add_field("i8", DataType.INT8)
    s.add_field("i16", DataType.INT16)
    s.add_field("i32", DataType.INT32, nullable=True)
    s.add_field("i64", DataType.INT64, default_value=77)
    s.add_field("f", DataType.FLOAT)
    s.add_field("d", DataType.DOUBLE, nullable=True)
    s.add_field("s", DataType.VARCHAR, max_length=64, nullable=True)
    s.add_field("j", DataType.JSON)
    s.add_field("ai", DataType.ARRAY, element_type=DataType.INT64, max_capacity=8)
    s.add_field("at", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=8, max_length=32, nullable=True)
    s.add_field("fv", DataType.FLOAT_VECTOR, dim=8)
    s.add_field("hv", DataType.FLOAT16_VECTOR, dim=8)
    s.add_field("bv", DataType.BINARY_VECTOR, dim=16)
    s.add_field("sv", DataType.SPARSE_FLOAT_VECTOR)
    p = client.prepare_index_params()
    p.add_index("fv", index_type="HNSW", metric_type="L2", params={"M": 8, "efConstruction": 64})
    p.add_index("hv", index_type="FLAT", metric_type="COSINE")
    p.add_index("bv", index_type="BIN_FLAT", metric_type="HAMMING")
    p.add_index("sv", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    p.add_index("s", index_type="INVERTED")
    p.add_index("i16", index_type="STL_SORT")
    p.add_index("flag", index_type="BITMAP")
    client.create_collection(name, schema=s, index_params=p, consistency_level="Strong")
    fv = vectors(n, 8, 11)
    hv = vectors(n, 8, 12).astype(np.float16)
    rng = np.random.default_rng(13)
    bv = rng.integers(0, 256, (n, 2), dtype=np.uint8)
    rows = [{
        "id": i, "flag": i % 3 == 0, "i8": i % 100 - 50, "i16": i - 150, "i32": None if i % 5 == 0 else i * 1000,
        "f": i / 4, "d": None if i % 7 == 0 else i / 3, "s": None if i % 4 == 0 else f"text {i}",
        "j": {"a": i, "n": {"t": f"x{i % 10}"}, "list": [i, i + 1]}, "ai": list(range(i % 4)),
        "at": None if i % 6 == 0 else [f"k{i % 3}", "all"], "fv": fv[i].tolist(), "hv": hv[i], "bv": bv[i].tobytes(),
        "sv": {int(k): float(v) for k, v in zip(rng.choice(50, 5, replace=False), rng.random(5))}, "color": ["red", "blue"][i % 2]
    } for i in range(n)]
    return rows, fv, hv, bv


def test_every_type_comes_back_as_it_went_in(client, name):
    rows, fv, hv, bv = everything(client, name)
    client.insert(name, rows)
    for when in ("growing", "sealed"):
        got = client.query(name, filter="id >= 0", output_fields=["*"], limit=1000)
        assert len(got) == len(rows), when
        for want, row in zip(rows, got):
            assert row["id"] == want["id"] and row["flag"] == want["flag"], when
            for field in ("i8", "i16", "i32", "f", "s", "j", "ai", "at", "color"):
                assert row[field] == want[field], (when, field, want["id"])
            assert row["d"] == want["d"] and row["i64"] == 77
            np.testing.assert_array_equal(np.float32(row["fv"]), fv[want["id"]])
            assert bytes(row["bv"][0]) == bv[want["id"]].tobytes()
            assert {k: pytest.approx(v, rel=1e-6) for k, v in want["sv"].items()} == row["sv"]
        client.flush(name)


@pytest.mark.parametrize("flushed", [False, True])
@pytest.mark.parametrize("expression,keep", [
    ("i8 > 10", lambda r: r["i8"] > 10),
    ("-5 <= i16 < 40", lambda r: -5 <= r["i16"] < 40),
    ("i32 is null", lambda r: r["i32"] is None),
    ("i32 > 100000", lambda r: r["i32"] is not None and r["i32"] > 100000),
    ("not (i32 > 100000)", lambda r: r["i32"] is not None and r["i32"] <= 100000),
    ("i32 not in [1000, 2000]", lambda r: r["i32"] is not None and r["i32"] not in (1000, 2000)),
    ("d < 10.5 and flag == true", lambda r: r["d"] is not None and r["d"] < 10.5 and r["flag"]),
    ("f + 1 > 50.25", lambda r: r["f"] + 1 > 50.25),
    ("i16 % 7 == 3", lambda r: r["i16"] >= 0 and r["i16"] % 7 == 3),
    ('s like "text 1%"', lambda r: r["s"] is not None and r["s"].startswith("text 1")),
    ('s == "text 7" or s in ["text 9", "text 11"]', lambda r: r["s"] in ("text 7", "text 9", "text 11")),
    ('j["a"] >= 290', lambda r: r["j"]["a"] >= 290),
    ('j["n"]["t"] == "x3"', lambda r: r["j"]["n"]["t"] == "x3"),
    ('json_contains(j["list"], 42)', lambda r: 42 in r["j"]["list"]),
    ('exists j["nothing"]', lambda r: False),
    ("array_contains(ai, 2)", lambda r: 2 in r["ai"]),
    ('array_contains_any(at, ["k1"])', lambda r: r["at"] is not None and "k1" in r["at"]),
    ("array_length(ai) == 3", lambda r: len(r["ai"]) == 3),
    ("ai[0] == 0", lambda r: len(r["ai"]) > 0),
    ('color == "red"', lambda r: r["color"] == "red"),
    ("i64 == 77 && id < 20", lambda r: r["id"] < 20),
])
def test_filters_select_what_python_would(client, types, flushed, expression, keep):
    name, rows = types[flushed]
    got = client.query(name, filter=expression, output_fields=["id"], limit=1000)
    assert [r["id"] for r in got] == [r["id"] for r in rows if keep(r)]


@pytest.fixture(scope="module")
def types(server):
    from pymilvus import MilvusClient
    c = MilvusClient(uri=server.uri)
    made = {}
    for flushed in (False, True):
        name = f"types_{flushed}".lower()
        rows, *_ = everything(c, name)
        c.insert(name, rows)
        if flushed:
            c.flush(name)
        made[flushed] = (name, rows)
    yield made
    for name, _ in made.values():
        c.drop_collection(name)
    c.close()


def test_search_on_each_vector_type(client, types):
    for flushed in (False, True):
        name, rows = types[flushed]
        hits = client.search(name, data=[rows[5]["fv"]], anns_field="fv", limit=3)[0]
        assert hits[0]["id"] == 5 and hits[0]["distance"] == pytest.approx(0, abs=1e-6)
        hits = client.search(name, data=[rows[6]["hv"]], anns_field="hv", limit=3)[0]
        assert hits[0]["id"] == 6 and hits[0]["distance"] == pytest.approx(1, abs=1e-3)
        hits = client.search(name, data=[rows[8]["bv"]], anns_field="bv", limit=300)[0]
        assert hits[0]["distance"] == 0 and 8 in [h["id"] for h in hits if h["distance"] == 0]
        want = sorted(((sum(v * r["sv"].get(k, 0) for k, v in rows[9]["sv"].items()), -r["id"]) for r in rows), reverse=True)[:3]
        hits = client.search(name, data=[rows[9]["sv"]], anns_field="sv", limit=3)[0]
        assert [h["distance"] for h in hits] == pytest.approx([w[0] for w in want], rel=1e-5)


def test_describe_gives_the_schema_back(client, name):
    everything(client, name)
    d = client.describe_collection(name)
    fields = {f["name"]: f for f in d["fields"]}
    assert "$meta" not in fields and d["enable_dynamic_field"] is True
    assert fields["id"]["is_primary"] is True
    assert fields["fv"]["params"]["dim"] == 8
    assert fields["s"]["params"]["max_length"] == 64 and fields["s"]["nullable"] is True
    assert fields["at"]["element_type"] == DataType.VARCHAR


def test_auto_ids_and_varchar_keys(client, name):
    s = client.create_schema(auto_id=True)
    s.add_field("key", DataType.VARCHAR, is_primary=True, max_length=64)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=4)
    p = client.prepare_index_params()
    p.add_index("v", index_type="FLAT", metric_type="L2")
    client.create_collection(name, schema=s, index_params=p, consistency_level="Strong")
    ids = client.insert(name, [{"v": [i, 0, 0, 0]} for i in range(10)])["ids"]
    assert len(set(ids)) == 10 and all(isinstance(i, str) for i in ids)
    assert {r["key"] for r in client.query(name, filter="", limit=100)} == set(ids)
    assert client.search(name, data=[[3, 0, 0, 0]], limit=1)[0].ids == [ids[3]]


def test_bad_rows_are_refused_whole(client, name):
    s = client.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("s", DataType.VARCHAR, max_length=5)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=4)
    p = client.prepare_index_params()
    p.add_index("v", index_type="FLAT", metric_type="L2")
    client.create_collection(name, schema=s, index_params=p, consistency_level="Strong")
    good = {"id": 1, "s": "ok", "v": [0.0] * 4}
    for bad, text in (({"id": 2, "s": "too long", "v": [0.0] * 4}, "exceeds max length"),
                      ({"id": 2, "s": "x", "v": [float("nan")] * 4}, "not a number"),
                      ({"id": 2, "s": "x", "v": [0.0] * 3}, "(?i)dim")):
        with pytest.raises(Exception, match=text):
            client.insert(name, [good, bad])
    assert client.query(name, filter="", output_fields=["count(*)"])[0]["count(*)"] == 0


def test_partial_update_keeps_other_fields(client, name):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    client.insert(name, [{"id": 1, "vector": [1, 2, 3, 4], "a": 1, "b": 2}])
    try:
        client.upsert(name, [{"id": 1, "b": 5}], partial_update=True)
    except TypeError:
        pytest.skip("this pymilvus has no partial_update")
    row = client.query(name, filter="id == 1", output_fields=["*"])[0]
    assert row["b"] == 5 and np.float32(row["vector"]).tolist() == [1, 2, 3, 4]


def test_add_field_over_existing_rows(client, name):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(5)])
    client.flush(name)
    client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(5, 8)])
    client.add_collection_field(name, "later", DataType.INT64, nullable=True, default_value=9)
    client.insert(name, [{"id": 8, "vector": [8, 0, 0, 1], "later": 1}])
    rows = client.query(name, filter="id >= 0", output_fields=["later"])
    assert [r["later"] for r in rows] == [9] * 8 + [1]
    assert len(client.query(name, filter="later == 9")) == 8
    with pytest.raises(MilvusException, match="must be nullable"):
        client.add_collection_field(name, "bad", DataType.INT64, nullable=False)


@pytest.mark.parametrize("kind", ["HNSW", "AUTOINDEX"])
def test_an_index_on_a_vector_field_that_was_added_later(client, name, kind):
    client.create_collection(name, dimension=4, consistency_level="Strong")
    client.insert(name, [{"id": i, "vector": [i, 0, 0, 1]} for i in range(1100)])
    client.flush(name)
    client.add_collection_field(name, "later", DataType.FLOAT_VECTOR, dim=8, nullable=True)
    wanted = client.prepare_index_params()
    wanted.add_index("later", index_type=kind, metric_type="L2", index_name="later")
    client.create_index(name, wanted, sync=False)
    end = time.monotonic() + 60
    while (described := client.describe_index(name, "later"))["state"] != "Finished" and time.monotonic() < end:
        time.sleep(0.05)
    assert described["state"] == "Finished"
    assert client.search(name, data=[[0.0] * 8], anns_field="later", limit=5) == [[]]
    client.insert(name, [{"id": 1100, "vector": [0, 0, 0, 1], "later": [1.0] * 8}])
    assert [hit["id"] for hit in client.search(name, data=[[0.0] * 8], anns_field="later", limit=5)[0]] == [1100]
