"""Hostile and wrong input over the wire: refused with Milvus's code and a sentence that names field, value and limit;
nothing is stored, nothing crashes, and the next good request is answered."""

import collections
import json
import pathlib
import struct
import threading
import time
import urllib.request

import grpc
import numpy as np
import pytest
from pymilvus import DataType, MilvusClient, MilvusException
from pymilvus.grpc_gen import common_pb2, milvus_pb2, milvus_pb2_grpc, schema_pb2

MIB = 1 << 20


@pytest.fixture(scope="module")
def wire(server):
    """A stub that sends whatever it is given, without the checks of a client."""
    with grpc.insecure_channel(f"127.0.0.1:{server.port}", options=[("grpc.max_send_message_length", -1),
                                                                     ("grpc.max_receive_message_length", -1)]) as channel:
        yield milvus_pb2_grpc.MilvusServiceStub(channel)


@pytest.fixture(scope="module")
def bad(server):
    """A collection with ten good rows; they must be all there is after every test."""
    c = MilvusClient(uri=server.uri)
    s = c.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    s.add_field("i8", DataType.INT8)
    s.add_field("s", DataType.VARCHAR, max_length=10)
    s.add_field("a", DataType.ARRAY, element_type=DataType.INT64, max_capacity=3)
    s.add_field("j", DataType.JSON)
    s.add_field("v", DataType.FLOAT_VECTOR, dim=4)
    p = c.prepare_index_params()
    p.add_index("v", index_type="FLAT", metric_type="L2")
    c.create_collection("bad_input", schema=s, index_params=p, consistency_level="Strong")
    c.insert("bad_input", [row(i) for i in range(10)])
    yield c
    c.drop_collection("bad_input")
    c.close()


@pytest.fixture(autouse=True)
def nothing_is_stored(bad, server):
    yield
    assert server.process.poll() is None, "the server has ended"
    assert bad.query("bad_input", filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"] == 10


def row(i, **other):
    return {"id": i, "i8": 1, "s": "ok", "a": [1], "j": {"k": i}, "v": [float(i), 0.0, 0.0, 0.0], **other}


def scalars(name, kind, **data):
    return schema_pb2.FieldData(field_name=name, type=kind, scalars=schema_pb2.ScalarField(**data))


def longs(name, values):
    return scalars(name, schema_pb2.Int64, long_data=schema_pb2.LongArray(data=values))


def floats(name, values, dim=4):
    return schema_pb2.FieldData(field_name=name, type=schema_pb2.FloatVector, vectors=schema_pb2.VectorField(
        dim=dim, float_vector=schema_pb2.FloatArray(data=values)))


def insert(wire, *, rows=1, replaced=(), without=(), more=(), name="bad_input"):
    fields = {
        "id": longs("id", [1000 + i for i in range(rows)]),
        "i8": scalars("i8", schema_pb2.Int8, int_data=schema_pb2.IntArray(data=[1] * rows)),
        "s": scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=["ok"] * rows)),
        "a": scalars("a", schema_pb2.Array, array_data=schema_pb2.ArrayArray(element_type=schema_pb2.Int64, data=[
            schema_pb2.ScalarField(long_data=schema_pb2.LongArray(data=[1]))] * rows)),
        "j": scalars("j", schema_pb2.JSON, json_data=schema_pb2.JSONArray(data=[b"{}"] * rows)),
        "v": floats("v", [0.5] * 4 * rows),
    }
    fields.update({f.field_name: f for f in replaced})
    kept = [f for n, f in fields.items() if n not in without] + list(more)
    return wire.Insert(milvus_pb2.InsertRequest(collection_name=name, fields_data=kept, num_rows=rows)).status


WRONG_ROWS = {
    "over-long text": (dict(replaced=[scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=["x" * 11]))]),
                       ["length of varchar field s exceeds max length", "11", "10"]),
    "long text of few characters": (
        dict(replaced=[scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=["ééééééé"]))]), ["exceeds max length", "14"]),
    "number beyond its type": (dict(replaced=[scalars("i8", schema_pb2.Int8, int_data=schema_pb2.IntArray(data=[128]))]),
                               ["(128) out of range: [-128, 127]"]),
    "array beyond its capacity": (
        dict(replaced=[scalars("a", schema_pb2.Array, array_data=schema_pb2.ArrayArray(element_type=schema_pb2.Int64, data=[
            schema_pb2.ScalarField(long_data=schema_pb2.LongArray(data=[1, 2, 3, 4]))]))]), ["exceeds max capacity (3)"]),
    "json beyond 64 KiB": (
        dict(replaced=[scalars("j", schema_pb2.JSON, json_data=schema_pb2.JSONArray(data=[json.dumps({"x": "y" * 65536}).encode()]))]),
        ["json field (j) exceeds max length (65536)"]),
    "json that is none": (dict(replaced=[scalars("j", schema_pb2.JSON, json_data=schema_pb2.JSONArray(data=[b'{"a":']))]), ["j"]),
    "json nested a million times": (
        dict(replaced=[scalars("j", schema_pb2.JSON, json_data=schema_pb2.JSONArray(data=[b"[" * 30000 + b"]" * 30000]))]), ["j"]),
    "not a number": (dict(replaced=[floats("v", [0.0, float("nan"), 0.0, 0.0])]), ["v"]),
    "infinity": (dict(replaced=[floats("v", [0.0, float("inf"), 0.0, 0.0])]), ["v"]),
    "wrong dimension": (dict(replaced=[floats("v", [0.0] * 3, dim=3)]), ["the dim (3) of field data(v) is not equal to schema dim (4)"]),
    "vector cut off": (dict(replaced=[floats("v", [0.0] * 3)]), ["v"]),
    "a row too many in a column": (dict(replaced=[longs("id", [1, 2])]), ["(2)", "id", "(1)"]),
    "column of another type": (dict(replaced=[longs("s", [1])]), ["s"]),
    "unknown column": (dict(more=[longs("nobody", [1])]), ["nobody"]),
    "missing column": (dict(without=["s"]), ["fieldSchema(s) has no corresponding fieldData pass in"]),
    "column twice": (dict(more=[longs("id", [1])]), ["id"]),
    "no rows": (dict(rows=0), ["num_rows should be greater than 0"]),
}


@pytest.mark.parametrize("case", WRONG_ROWS)
def test_wrong_rows_are_refused_with_code_and_names(wire, case):
    arguments, texts = WRONG_ROWS[case]
    status = insert(wire, **arguments)
    assert status.code in (1100, 1101), status
    assert status.error_code != common_pb2.Success
    for text in texts:
        assert text in status.reason, status.reason


def test_text_that_is_not_utf8_is_refused(server, wire):
    request = milvus_pb2.InsertRequest(collection_name="bad_input", num_rows=1, fields_data=[
        scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=["QQQQ"]))]).SerializeToString()
    broken = request.replace(b"QQQQ", b"\xff\xfe\xfd\xfc")
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        call = channel.unary_unary("/milvus.proto.milvus.MilvusService/Insert")
        try:
            assert milvus_pb2.MutationResult.FromString(call(broken)).status.code != 0
        except grpc.RpcError as e:
            assert e.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL)


@pytest.mark.parametrize("method", ["Insert", "Search", "Query", "CreateCollection", "Connect"])
def test_bytes_that_are_no_message_are_refused(server, method):
    noise = np.random.default_rng(3).bytes(2000)
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        for body in (noise, b"\x0a\xff\xff\xff\xff\x7f", b"\x12" + b"\xfe\xff\xff\xff\x07" + b"x" * 50):
            try:
                answer = channel.unary_unary(f"/milvus.proto.milvus.MilvusService/{method}")(body, timeout=20)
                assert answer  # an application status
            except grpc.RpcError as e:
                assert e.code() == grpc.StatusCode.INTERNAL
                assert e.details().startswith("Invalid protobuf byte sequence") and "\n" not in e.details()


@pytest.mark.parametrize("method,body", [
    ("Search", b"\xc2\xb8\x02\x01x"),
    ("DescribeCollection", b"\xc0\xb8\x02\x01"),
    ("CreateIndex", b"\x2a\x04\xc0\xb8\x02\x01"),
    ("Connect", b"\x12\x04\xc0\xb8\x02\x01"),
], ids=lambda x: str(x)[:20])
def test_fields_of_a_later_protocol_are_refused_everywhere(server, method, body):
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        answer = channel.unary_unary(f"/milvus.proto.milvus.MilvusService/{method}")(body, timeout=20)
    assert b"fields of a later protocol" in answer


def test_request_fields_that_are_not_built_are_refused_by_name(wire):
    for status, name in (
            (wire.DescribeCollection(milvus_pb2.DescribeCollectionRequest(collection_name="bad_input", time_stamp=7)).status, "time_stamp"),
            (wire.Query(milvus_pb2.QueryRequest(collection_name="bad_input", expr="id > 0", travel_timestamp=7)).status, "travel_timestamp"),
            (wire.ManualCompaction(milvus_pb2.ManualCompactionRequest(collection_name="bad_input", l0Compaction=True)).status, "l0Compaction")):
        assert status.code == 1100 and f"request field {name} is not supported yet" in status.reason, status


def tiny_values(field_number, count):
    """A field with no bytes, very often: each becomes an object."""
    return bytes([field_number << 3 | 2, 0]) * count


def huge(name):
    """60 MB each, of the right shape and of no use."""
    text, size = "x" * (60 * MIB), 60 * MIB
    if name == "a filter of numbers":
        return "Delete", milvus_pb2.DeleteRequest(collection_name="bad_input", expr="id in [" + "1," * (size // 2) + "1]").SerializeToString()
    if name == "a filter of text":
        return "Query", milvus_pb2.QueryRequest(collection_name="bad_input", expr='s == "' + text + '"').SerializeToString()
    if name == "a vector":
        group = common_pb2.PlaceholderGroup(placeholders=[common_pb2.PlaceholderValue(tag="$0", type=common_pb2.FloatVector, values=[b"\0" * size])])
        return "Search", milvus_pb2.SearchRequest(collection_name="bad_input", placeholder_group=group.SerializeToString(), nq=1).SerializeToString()
    if name == "thirty million vectors":
        values = tiny_values(3, size // 2)
        group = b"\x0a" + varint(len(values)) + values
        return "Search", milvus_pb2.SearchRequest(collection_name="bad_input").SerializeToString() + b"\x32" + varint(len(group)) + group
    if name == "thirty million names":
        return "Query", milvus_pb2.QueryRequest(collection_name="bad_input", expr="id > 0").SerializeToString() + tiny_values(5, size // 2)
    if name == "rows":
        column = scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=[text]))
        return "Upsert", milvus_pb2.UpsertRequest(collection_name="bad_input", num_rows=1, fields_data=[column]).SerializeToString()
    if name == "a collection's name":
        return "DescribeCollection", milvus_pb2.DescribeCollectionRequest(collection_name=text).SerializeToString()
    return "AlterCollection", milvus_pb2.AlterCollectionRequest(
        collection_name="bad_input", properties=[common_pb2.KeyValuePair(key="mmap.enabled", value=text)]).SerializeToString()


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def test_many_huge_requests_at_once_are_refused_and_the_server_lives(server, wire):
    kinds = ["a filter of numbers", "a filter of text", "a vector", "thirty million vectors", "thirty million names", "rows", "a collection's name",
             "a property"]
    bodies = {kind: huge(kind) for kind in kinds}
    told, most, over = collections.Counter(), [0], threading.Event()

    def send(kind):
        method, body = bodies[kind]
        options = [("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(f"127.0.0.1:{server.port}", options=options) as channel:
            try:
                answer = channel.unary_unary(f"/milvus.proto.milvus.MilvusService/{method}")(body, timeout=120)
                kind_of_answer = {"DescribeCollection": milvus_pb2.DescribeCollectionResponse, "Query": milvus_pb2.QueryResults,
                                  "Search": milvus_pb2.SearchResults, "AlterCollection": None}.get(method, milvus_pb2.MutationResult)
                status = kind_of_answer.FromString(answer).status if kind_of_answer else common_pb2.Status.FromString(answer)
                told[status.code] += 1
            except grpc.RpcError as e:
                told[e.code()] += 1

    def watch():
        while not over.wait(0.05):
            most[0] = max(most[0], resident_megabytes(server))

    threads = [threading.Thread(target=send, args=(kinds[i % len(kinds)],)) for i in range(32)]
    watching = threading.Thread(target=watch)
    watching.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watching.join()
    assert server.process.poll() is None, told
    assert sum(told.values()) == 32 and set(told) <= {3, 8, 1100, 1101}, told
    assert most[0] < 1400, (most, told)
    assert wire.Query(milvus_pb2.QueryRequest(collection_name="bad_input", expr="id == 3"), timeout=60).status.code == 0


def test_silent_uploads_and_a_flood_of_large_inserts_keep_no_row_out(server, wire):
    over = threading.Event()

    def silence():
        over.wait()
        yield from ()

    text = scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=["x" * (50 * MIB)]))
    large = milvus_pb2.InsertRequest(collection_name="bad_input", num_rows=1, fields_data=[text]).SerializeToString()
    told, path = collections.Counter(), "/milvus.proto.milvus.MilvusService/Insert"

    def send():
        options = [("grpc.max_send_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(f"127.0.0.1:{server.port}", options=options) as channel:
            for _ in range(100):  # as clients do
                code = milvus_pb2.MutationResult.FromString(channel.unary_unary(path)(large, timeout=120)).status.code
                if code != 8:
                    break
                time.sleep(0.2)
            told[code] += 1

    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        silent = [channel.stream_unary(path).future(silence()) for _ in range(3)]
        try:
            assert insert(wire, replaced=[longs("id", [1, 2])]).code == 1100  # judged at once, while the others are silent
            threads = [threading.Thread(target=send) for _ in range(32)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert told == {1100: 32}
        finally:
            over.set()
            for call in silent:
                call.cancel()


def resident_megabytes(server):
    """Of the server itself: the launcher has become it, or is its parent."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status")
    if not status.exists():
        return 0
    return next(int(line.split()[1]) // 1024 for line in status.read_text().splitlines() if line.startswith("VmRSS"))


def test_health_and_metrics_answer_while_all_else_is_busy(server, wire):
    over = threading.Event()
    vectors = np.random.default_rng(1).random((200, 4), dtype=np.float32)

    def busy():
        while not over.is_set():
            search(wire, vectors=vectors)

    threads = [threading.Thread(target=busy) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for path in ("healthz", "livez", "metrics") * 5:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.http_port}/{path}", timeout=5) as answer:
                assert answer.status == 200
    finally:
        over.set()
        for thread in threads:
            thread.join()


def test_a_message_beyond_64_mib_is_refused_before_it_is_read(wire):
    texts = scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=["x" * (68 * MIB)]))
    with pytest.raises(grpc.RpcError) as e:
        insert(wire, replaced=[texts])
    assert e.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, e.value


def test_a_message_just_below_64_mib_is_read_and_its_row_refused(wire):
    texts = scalars("s", schema_pb2.VarChar, string_data=schema_pb2.StringArray(data=["x" * (63 * MIB)]))
    status = insert(wire, replaced=[texts])
    assert status.code == 1100 and "exceeds max length" in status.reason
    assert len(status.reason) < 10_000


HUGE_FILTERS = {
    "a million parentheses": "(" * 1_000_000 + "id > 0" + ")" * 1_000_000,
    "a million that never close": "(" * 1_000_000,
    "a million nots": "not " * 1_000_000 + "(id > 0)",
    "a million minus signs": "id > " + "-" * 1_000_000 + "1",
    "brackets": "id in " + "[" * 500_000 + "]" * 500_000,
    "half a million ands": " and ".join(["id > 0"] * 100_000) + " and",
    "a path of a million keys": "j" + '["k"]' * 200_000 + " == 1",
    "an open text": 's == "' + "x" * 1_000_000,
    "zero bytes": "id > 0 \x00\x00",
    "a bad regex": 's =~ "(((("',
}


@pytest.mark.parametrize("case", HUGE_FILTERS)
def test_hostile_filters_are_refused_with_a_short_sentence(wire, case):
    text = HUGE_FILTERS[case]
    for answer in (wire.Query(milvus_pb2.QueryRequest(collection_name="bad_input", expr=text), timeout=60),
                   wire.Delete(milvus_pb2.DeleteRequest(collection_name="bad_input", expr=text), timeout=60)):
        assert answer.status.code == 1100, answer.status.reason[:300]
        assert "cannot parse expression" in answer.status.reason or "expression" in answer.status.reason
        assert len(answer.status.reason) < 20_000


def test_wrong_filters_name_what_is_wrong(bad):
    for text, fragment in (("nobody > 3", "field nobody not exist"), ("s > 3", "comparisons between VarChar and Int64 are not supported"),
                           ("id", "predicate is not a boolean expression"), ("id % 0 == 1", "by zero"), ("id in 3", "in"), ("", None)):
        with pytest.raises(MilvusException) as e:
            bad.delete("bad_input", filter=text) if fragment is None else bad.query("bad_input", filter=text)
        assert fragment is None or fragment in str(e.value)


def placeholder(vectors):
    group = common_pb2.PlaceholderGroup(placeholders=[common_pb2.PlaceholderValue(tag="$0", type=common_pb2.FloatVector, values=[
        b"".join(struct.pack("<f", x) for x in v) for v in vectors])])
    return group.SerializeToString()


def search(wire, vectors=((0.0, 0.0, 0.0, 0.0),), raw=None, nq=None, **parameters):
    given = {"anns_field": "v", "topk": "3", "metric_type": "L2", "params": "{}", "round_decimal": "-1", **parameters}
    return wire.Search(milvus_pb2.SearchRequest(
        collection_name="bad_input", dsl_type=common_pb2.BoolExprV1, placeholder_group=placeholder(vectors) if raw is None else raw,
        nq=len(vectors) if nq is None else nq,
        search_params=[common_pb2.KeyValuePair(key=k, value=v) for k, v in given.items() if v is not None]), timeout=60).status


@pytest.mark.parametrize("arguments,texts", [
    (dict(topk="16385"), ["topk [16385] is invalid, it should be in range [1, 16384], but got 16385"]),
    (dict(topk="0"), ["topk [0] is invalid"]),
    (dict(topk="-1"), ["topk [-1] is invalid"]),
    (dict(topk="9223372036854775807"), ["topk", "9223372036854775807"]),
    (dict(topk="99999999999999999999999"), ["topk"]),
    (dict(topk="many"), ["topk"]),
    (dict(topk="10", offset="16380"), ["(offset+limit) should be in range [1, 16384], but got 16390"]),
    (dict(offset="-1"), ["offset [-1] is invalid"]),
    (dict(round_decimal="7"), ["round_decimal"]),
    (dict(metric_type="IP"), ["metric type not match: invalid parameter[expected=L2][actual=IP]"]),
    (dict(anns_field="nobody"), ["nobody"]),
    (dict(params="{"), ["params"]),
    (dict(params='{"radius": "far"}'), ["radius"]),
    (dict(params='{"radius": 1e999}'), ["radius", "finite"]),
    (dict(radius="Infinity"), ["radius", "finite"]),
    (dict(nq=5), ["nq [5] is invalid, the request has 1 search vectors"]),
    (dict(vectors=[(0.0, 0.0, 0.0)]), ["expected vector size(byte) 16, actual 12, field: v, dim: 4"]),
    (dict(vectors=[(float("nan"),) * 4]), ["v"]),
    (dict(vectors=[(0.0,) * 4] * 16385), ["nq [16385] is invalid, nq (number of search vector per search request) should be in range [1, 16384]"]),
    (dict(raw=b""), []),
    (dict(raw=b"\x0a\xff\xff"), []),
    (dict(raw=placeholder([(0.0,) * 4])[:-3]), []),
], ids=lambda x: str(x)[:40])
def test_wrong_searches_are_refused(wire, arguments, texts):
    status = search(wire, **arguments)
    assert status.code in (1100, 1101, 2000), status
    assert status.reason
    for text in texts:
        assert text in status.reason, status.reason


@pytest.fixture(scope="module")
def graph(server):
    """A collection of a vector of each type without indexes but for a graph, lists and trees to ask."""
    c = MilvusClient(uri=server.uri)
    s = c.create_schema(auto_id=False)
    s.add_field("id", DataType.INT64, is_primary=True)
    for name in ("v", "graph", "lists", "disk", "trees", "signs", "chosen"):
        s.add_field(name, DataType.FLOAT_VECTOR, dim=10)
    s.add_field("bits", DataType.BINARY_VECTOR, dim=24)
    s.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    s.add_field("bytes", DataType.INT8_VECTOR, dim=10)
    p = c.prepare_index_params()
    for name, kind, params in (("graph", "HNSW", {"M": 8, "efConstruction": 40}), ("lists", "SCANN", {"nlist": 65536}), ("disk", "DISKANN", {}),
                               ("trees", "ANNOY", {}), ("signs", "IVF_RABITQ", {"nlist": 4}), ("chosen", "AUTOINDEX", {})):
        p.add_index(name, index_type=kind, metric_type="L2", params=params)
    for name, kind, metric in (("v", "FLAT", "L2"), ("bits", "BIN_FLAT", "HAMMING"), ("sparse", "SPARSE_INVERTED_INDEX", "IP"), ("bytes", "HNSW", "L2")):
        p.add_index(name, index_type=kind, metric_type=metric)
    c.create_collection("bad_index", schema=s, index_params=p, consistency_level="Strong")
    c.insert("bad_index", [{"id": i, **{n: [float(i)] * 10 for n in ("v", "graph", "lists", "disk", "trees", "signs", "chosen")}, "bits": bytes([i, 1, 2]),
                            "sparse": {i: 1.0}, "bytes": np.full(10, i, np.int8)} for i in range(30)])
    c.flush("bad_index")
    yield c
    c.drop_collection("bad_index")
    c.close()


def create_index(wire, field, **parameters):
    return wire.CreateIndex(milvus_pb2.CreateIndexRequest(collection_name="bad_index", field_name=field, index_name="never", extra_params=[
        common_pb2.KeyValuePair(key=k, value=v) for k, v in parameters.items()]), timeout=60)


@pytest.mark.parametrize("name,parameters,texts", [
    ("v", dict(index_type="IVF_PQ", m="4"), ["should be a multiple of the number of subquantizers (m). Dimension: 10, m: 4"]),
    ("v", dict(index_type="IVF_PQ", m="-1"), ["'m' (-1)", "[1, 65536]"]),
    ("v", dict(index_type="IVF_PQ", m="abc"), ["m", "abc"]),
    ("v", dict(index_type="IVF_PQ", m="5", nbits="99"), ["'nbits' (99)"]),
    ("v", dict(index_type="IVF_PQ", m="99999999999999999999"), ["m", "99999999999999999999"]),
    ("v", dict(index_type="IVF_FLAT", nlist="65537"), ["'nlist' (65537)", "[1, 65536]"]),
    ("v", dict(index_type="IVF_FLAT", nlist="0"), ["'nlist' (0)", "[1, 65536]"]),
    ("v", dict(index_type="IVF_FLAT", nlist=""), ["nlist"]),
    ("v", dict(index_type="HNSW", M="1"), ["'M' (1)", "[2, 2048]"]),
    ("v", dict(index_type="HNSW", M="NaN"), ["M", "NaN"]),
    ("v", dict(index_type="HNSW", M="8", efConstruction="2147483648"), ["efConstruction", "2147483648"]),
    ("v", dict(index_type="HNSW_SQ", sq_type="SQ3"), ["sq_type", "SQ3"]),
    ("v", dict(index_type="HNSW_SQ", sq_type="SQ8", refine="perhaps"), ["refine", "perhaps"]),
    ("v", dict(index_type="HNSW_SQ", sq_type="FP16", refine="true", refine_type="SQ6"), ["refine"]),
    ("v", dict(index_type="HNSW_PQ", m="3"), ["Dimension: 10, m: 3"]),
    ("v", dict(index_type="HNSW_PQ", m="5", nbits="25"), ["'nbits' (25)", "[1, 24]"]),
    ("v", dict(index_type="HNSW_PRQ", m="5", nrq="17"), ["'nrq' (17)", "[1, 16]"]),
    ("v", dict(index_type="SCANN", sub_dim="3"), ["Dimension: 10, sub_dim: 3"]),
    ("v", dict(index_type="SCANN", with_raw_data="7"), ["with_raw_data", "7"]),
    ("v", dict(index_type="IVF_RABITQ", refine="true", refine_type="FP8"), ["refine_type", "FP8"]),
    ("v", dict(index_type="IVF_RABITQ_FASTSCAN", nlist="x"), ["nlist", "x"]),
    ("v", dict(index_type="DISKANN", max_degree="2049"), ["'max_degree' (2049)", "[1, 2048]"]),
    ("v", dict(index_type="DISKANN", pq_code_budget_gb_ratio="-1"), ["pq_code_budget_gb_ratio", "-1"]),
    ("v", dict(index_type="AISAQ", inline_pq="many"), ["inline_pq", "many"]),
    ("v", dict(index_type="DISKANN", beamwidth="0"), ["'beamwidth' (0)", "[1, 128]"]),
    ("v", dict(index_type="AISAQ", filter_threshold="2"), ["'filter_threshold' (2)"]),
    ("v", dict(index_type="FLAT", nlist="0"), ["'nlist' (0)", "[1, 65536]"]),
    ("v", dict(index_type="SPARSE_WAND"), ["can't build with this index SPARSE_WAND"]),
    ("v", dict(index_type="ANNOY", n_trees="1025"), ["'n_trees' (1025)", "[1, 1024]"]),
    ("v", dict(index_type="AUTOINDEX", M="8"), ["only metric type can be passed when use AutoIndex"]),
    ("v", dict(index_type="GPU_CAGRA", graph_degree="-5"), ["graph_degree", "-5"]),
    ("v", dict(index_type="HNSW", metric_type="JACCARD"), ["does not support metric type: JACCARD"]),
    ("v", dict(index_type="BIN_FLAT"), ["BIN_FLAT"]),
    ("v", dict(index_type="NOPE"), ["invalid index type: NOPE"]),
    ("bits", dict(index_type="BIN_IVF_FLAT", metric_type="HAMMING", nlist="-3"), ["'nlist' (-3)"]),
    ("bits", dict(index_type="BIN_FLAT", metric_type="L2"), ["does not support metric type: L2"]),
    ("bits", dict(index_type="BIN_FLAT", metric_type="TANIMOTO"), ["does not support metric type: TANIMOTO"]),
    ("bits", dict(index_type="BIN_IVF_FLAT", metric_type="SUBSTRUCTURE"), ["metric type SUBSTRUCTURE not found or not supported, supported: [HAMMING JACCARD]"]),
    ("bits", dict(index_type="HNSW", metric_type="superstructure"), ["metric type SUPERSTRUCTURE not found or not supported, supported: [HAMMING JACCARD]"]),
    ("bits", dict(index_type="AUTOINDEX", metric_type="SUBSTRUCTURE"), ["metric type SUBSTRUCTURE not found or not supported"]),
    ("bits", dict(index_type="MINHASH_LSH", metric_type="MHJACCARD", mh_element_bit_width="16"), ["mh_element_bit_width"]),
    ("bits", dict(index_type="MINHASH_LSH", metric_type="MHJACCARD", mh_element_bit_width="8", mh_lsh_band="99"), ["'mh_lsh_band' (99)"]),
    ("sparse", dict(index_type="SPARSE_INVERTED_INDEX", metric_type="IP", inverted_index_algo="FASTEST"), ["inverted index algo FASTEST", "DAAT_MAXSCORE"]),
    ("sparse", dict(index_type="SPARSE_INVERTED_INDEX", metric_type="IP", sindi_window_size="65536"), ["'sindi_window_size' (65536)"]),
    ("sparse", dict(index_type="SPARSE_INVERTED_INDEX", metric_type="IP", inverted_index_codec="zip"), ["inverted_index_codec zip"]),
    ("sparse", dict(index_type="SPARSE_INVERTED_INDEX", metric_type="IP", quant_type="fp8"), ["quant_type fp8"]),
    ("sparse", dict(index_type="SPARSE_INVERTED_INDEX", metric_type="COSINE"), ["IP&BM25"]),
    ("bytes", dict(index_type="IVF_PQ", m="5"), ["data type Int8Vector can't build with this index IVF_PQ"]),
], ids=lambda x: "-".join(map(str, x.values()))[:40] if isinstance(x, dict) else None)
def test_wrong_index_parameters_are_refused(wire, graph, name, parameters, texts):
    status = create_index(wire, name, **{"metric_type": "L2", **parameters})
    assert status.code == 1100 and status.error_code != common_pb2.Success, status
    for text in texts:
        assert text in status.reason, status.reason


def search_index(wire, field, params, topk="3", metric="L2", raw=None, nq=1, **more):
    if raw is None:
        raw = placeholder([(0.5,) * 10] * nq)
    return wire.Search(milvus_pb2.SearchRequest(
        collection_name="bad_index", dsl_type=common_pb2.BoolExprV1, placeholder_group=raw, nq=nq, search_params=[
            common_pb2.KeyValuePair(key=k, value=v) for k, v in
            {"anns_field": field, "topk": topk, "metric_type": metric, "params": json.dumps(params), "round_decimal": "-1", **more}.items()]), timeout=120)


@pytest.mark.parametrize("name,params,texts", [
    ("graph", {"ef": 0}, ["'ef' (0)"]),
    ("graph", {"ef": 2}, ["ef(2) should be larger than k(3)"]),
    ("graph", {"ef": "abc"}, ["ef", "abc"]),
    ("graph", {"ef": 1e99}, ["ef"]),
    ("graph", {"ef": [7]}, ["'ef'", "'[7]'"]),
    ("graph", {"ef": None}, ["'ef'", "'null'"]),
    ("graph", {"target_recall": 2}, ["'target_recall' (2)", "(0, 1]"]),
    ("graph", {"target_recall": -0.5}, ["'target_recall' (-0.5)", "(0, 1]"]),
    ("graph", {"target_recall": "abc"}, ["'target_recall' (abc) should be a number"]),
    ("graph", {"ef": 64, "target_recall": 0.9}, ["ef and target_recall exclude each other"]),
    ("chosen", {"target_recall": 2}, ["'target_recall' (2)", "(0, 1]"]),
    ("lists", {"nprobe": 0}, ["'nprobe' (0)", "[1, 65536]"]),
    ("lists", {"nprobe": 65537}, ["'nprobe' (65537)", "[1, 65536]"]),
    ("lists", {"reorder_k": 1}, ["reorder_k(1) should be larger than k(3)"]),
    ("lists", {"nprobe": 8, "target_recall": 0.9}, ["nprobe and target_recall exclude each other"]),
    ("signs", {"nprobe": "all"}, ["nprobe", "all"]),
    ("signs", {"refine_k": 0.5}, ["'refine_k' (0.5)"]),
    ("signs", {"refine_k": "abc"}, ["refine_k", "abc"]),
    ("disk", {"search_list": 2}, ["search_list", "(2) should be larger than k(3)"]),
    ("disk", {"beamwidth": 129}, ["'beamwidth' (129)", "[1, 128]"]),
    ("trees", {"search_k": 1}, ["search_k(1) should be larger than k(3)"]),
    ("sparse", {"drop_ratio_search": 1.5}, ["'drop_ratio_search' (1.5)"]),
    *[(name, {"radius": 1.0, "range_filter": 2.0}, ["range_filter(2) must be less than radius(1)"]) for name in ("v", "graph", "lists", "disk", "trees", "chosen")],
    ("sparse", {"radius": 2.0, "range_filter": 1.0}, ["range_filter(1) must be greater than radius(2)"]),
    ("graph", {"range_filter": 1.0}, ["range_filter requires radius to be set"]),
    ("graph", {"radius": "abc"}, ["param 'radius' (\"abc\") should be a number"]),
], ids=lambda x: json.dumps(x)[:40] if isinstance(x, dict) else None)
def test_wrong_efforts_are_refused_by_every_index(wire, graph, name, params, texts):
    if name == "sparse":
        group = common_pb2.PlaceholderGroup(placeholders=[common_pb2.PlaceholderValue(
            tag="$0", type=common_pb2.SparseFloatVector, values=[struct.pack("<If", 1, 1.0)])])
        status = search_index(wire, name, params, metric="IP", raw=group.SerializeToString()).status
    else:
        status = search_index(wire, name, params).status
    assert status.code == 1100 and status.error_code != common_pb2.Success, status
    for text in texts:
        assert text in status.reason, status.reason


@pytest.mark.parametrize("name", ["v", "graph", "lists", "disk", "trees", "signs", "chosen"])
def test_the_most_rows_and_queries_that_may_be_asked_for_are_answered(wire, graph, name):
    answer = search_index(wire, name, {}, topk="16384")
    assert answer.status.code == 0 and list(answer.results.topks) == [30], answer.status
    answer = search_index(wire, name, {}, topk="3", nq=16384)
    assert answer.status.code == 0 and set(answer.results.topks) == {3} and len(answer.results.topks) == 16384, answer.status


@pytest.mark.parametrize("parameters,fragment", [
    (dict(limit="16385"), "(offset+limit) should be in range [1, 16384], but got 16385"),
    (dict(limit="-3"), "limit [-3] is invalid"),
    (dict(limit="9223372036854775807", offset="9223372036854775807"), "invalid"),
    (dict(limit="x"), "limit"),
])
def test_wrong_limits_of_queries_are_refused(wire, parameters, fragment):
    status = wire.Query(milvus_pb2.QueryRequest(collection_name="bad_input", expr="id >= 0", query_params=[
        common_pb2.KeyValuePair(key=k, value=v) for k, v in parameters.items()])).status
    assert status.code == 1100 and fragment in status.reason, status


def field(name, kind, **parameters):
    return schema_pb2.FieldSchema(name=name, data_type=kind, is_primary_key=parameters.pop("key", False), type_params=[
        common_pb2.KeyValuePair(key=k, value=str(v)) for k, v in parameters.items()])


KEY = field("id", schema_pb2.Int64, key=True)


@pytest.mark.parametrize("fields,code,fragment", [
    ([KEY], 1100, "schema does not contain vector field"),
    ([field("v", schema_pb2.FloatVector, dim=4)], 1101, "primary key is not specified"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=1)], 1100, "should be in range 2 ~ 32768"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=32769)], 1100, "should be in range 2 ~ 32768"),
    ([KEY, field("v", schema_pb2.FloatVector, dim="2147483648000")], 1100, "dim"),
    ([KEY, field("v", schema_pb2.FloatVector)], 1100, "dimension is not defined in field type params of field v"),
    ([KEY, field("v", schema_pb2.BinaryVector, dim=12)], 1100, "binary vector dimension should be multiple of 8"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=4), field("v", schema_pb2.FloatVector, dim=4)], 1100, "duplicated field name"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=4), field("s", schema_pb2.VarChar)], 1101, "type param(max_length) should be specified for the field(s)"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=4), field("s", schema_pb2.VarChar, max_length=65536)], 1100, "should be in (0, 65535], but got 65536 instead"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=4), field("9x", schema_pb2.Int64)], 1701, "The first character of a field name must be an underscore or letter"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=4), field("x" * 256, schema_pb2.Int64)], 1701, "field name"),
    ([KEY] + [field(f"v{i}", schema_pb2.FloatVector, dim=4) for i in range(11)], 1100, "maximum vector field's number should be limited to 10"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=4)] + [field(f"f{i}", schema_pb2.Int64) for i in range(63)], 1100, "maximum field's number should be limited to 64"),
    ([KEY, field("v", schema_pb2.FloatVector, dim=4), schema_pb2.FieldSchema(name="n", data_type=77)], 1100, "n"),
], ids=lambda x: str(x)[:40].replace("\n", " "))
def test_wrong_schemas_are_refused(wire, bad, fields, code, fragment):
    schema = schema_pb2.CollectionSchema(name="never", fields=fields)
    status = wire.CreateCollection(milvus_pb2.CreateCollectionRequest(collection_name="never", schema=schema.SerializeToString()))
    assert (status.code, fragment in status.reason) == (code, True), status
    assert not bad.has_collection("never")


@pytest.mark.parametrize("name,fragment", [
    ("", "collection name should not be empty"),
    ("x" * 256, "the length of a collection name must be less than 255 characters"),
    ("a-b", "collection name can only contain numbers, letters and underscores"),
    ("a\x00b", "collection name can only contain numbers, letters and underscores"),
    ("../../etc/passwd", "the first character of a collection name must be an underscore or letter"),
    ("naïve", "collection name can only contain numbers, letters and underscores"),
])
def test_wrong_names_are_refused(wire, name, fragment):
    schema = schema_pb2.CollectionSchema(name=name, fields=[KEY, field("v", schema_pb2.FloatVector, dim=4)])
    status = wire.CreateCollection(milvus_pb2.CreateCollectionRequest(collection_name=name, schema=schema.SerializeToString()))
    assert status.code == 1100 and fragment in status.reason, status


@pytest.mark.parametrize("fields,fragment", [
    (dict(functions=[schema_pb2.FunctionSchema(name="f", type=schema_pb2.FunctionType.Value("BM25"), input_field_names=["s"], output_field_names=["v"])]), ""),
], ids=["function"])
def test_what_is_not_built_is_refused_and_not_ignored(wire, bad, fields, fragment):
    schema = schema_pb2.CollectionSchema(name="never", fields=[KEY, field("s", schema_pb2.VarChar, max_length=9), field("v", schema_pb2.FloatVector, dim=4)], **fields)
    status = wire.CreateCollection(milvus_pb2.CreateCollectionRequest(collection_name="never", schema=schema.SerializeToString()))
    assert status.code != 0 and status.reason and fragment in status.reason
    assert not bad.has_collection("never")


@pytest.mark.parametrize("key,value,fragment", [
    ("collection.ttl.second", "60", "property collection.ttl.second of a collection is not known"),
    ("collection.resource_groups", "r-g", "resource group name can only contain numbers, letters and underscores"),
    ("query_mode", "large_topk", "property query_mode=large_topk is not supported yet"),
])
def test_properties_that_would_be_ignored_are_refused(bad, key, value, fragment):
    with pytest.raises(MilvusException) as e:
        bad.alter_collection_properties("bad_input", {key: value})
    assert e.value.code == 1100 and fragment in e.value.message, e.value


def test_parameters_that_nobody_knows_are_refused(wire, bad):
    fields = [KEY, field("v", schema_pb2.FloatVector, dim=4, colour="red")]
    status = wire.CreateCollection(milvus_pb2.CreateCollectionRequest(
        collection_name="never", schema=schema_pb2.CollectionSchema(name="never", fields=fields).SerializeToString()))
    assert status.code == 1100 and "type param colour of field v is not known" in status.reason, status
    status = wire.CreateIndex(milvus_pb2.CreateIndexRequest(collection_name="bad_input", field_name="i8", index_name="x", extra_params=[
        common_pb2.KeyValuePair(key="index_type", value="INVERTED"), common_pb2.KeyValuePair(key="colour", value="red")]))
    assert status.code == 1100 and "index param colour of field i8 is not known" in status.reason, status


def test_a_read_that_waits_is_told_when_the_server_closes(server, wire, bad):
    told = []
    later = (int(time.time() * 1000) + 8_000) << 18

    def read():
        told.append(wire.Query(milvus_pb2.QueryRequest(collection_name="bad_input", expr="id >= 0", consistency_level=common_pb2.Customized,
                                                       guarantee_timestamp=later), timeout=60).status)

    reading = threading.Thread(target=read)
    reading.start()
    time.sleep(1)
    server.restart()
    reading.join()
    assert told[0].code == 1 and "the server is closing" in told[0].reason, told
    bad.load_collection("bad_input")


@pytest.mark.parametrize("rpc, call", [
    ("CreateCredential", lambda c: c.create_user("somebody", "Passw0rd!")),
    ("ListCredUsers", lambda c: c.list_users()),
    ("CreateRole", lambda c: c.create_role("reader")),
    ("SelectRole", lambda c: c.list_roles()),
    ("CreatePrivilegeGroup", lambda c: c.create_privilege_group("some")),
    ("RunAnalyzer", lambda c: c.run_analyzer("x" * 1_000_000)),
])
def test_what_is_not_there_yet_is_refused_by_name(client, rpc, call):
    with pytest.raises(MilvusException) as e:
        call(client)
    assert e.value.code == 10 and f"{rpc} is not supported yet" in e.value.message


def test_an_rpc_that_nobody_knows_is_unimplemented(server):
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        with pytest.raises(grpc.RpcError) as e:
            channel.unary_unary("/milvus.proto.milvus.MilvusService/NoSuchThing")(b"")
        assert e.value.code() == grpc.StatusCode.UNIMPLEMENTED
