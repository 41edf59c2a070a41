"""One call, one request: the Milvus protocol by pymilvus's own messages, without the repetitions of its client.

pymilvus asks again by itself when a connection breaks, so that it cannot be told when a write was begun and how often. Here a call ends in its answer, in
Refused (it did not happen) or in Unclear (it may have).
"""

import grpc
from pymilvus.client.prepare import Prepare
from pymilvus.grpc_gen import milvus_pb2, milvus_pb2_grpc

LEVELS = {"Strong": (0, 0), "Session": (1, 1), "Bounded": (2, 2), "Eventually": (3, 1), "Pinned": (4, 0)}  # number, guarantee timestamp
MOST_ROWS = 16384

# A process that was killed comes back at its address: look soon.
OPTIONS = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.min_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 300),
           ("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1), ("grpc.enable_http_proxy", 0)]


class Refused(Exception):
    """For sure nothing was done."""


class Unclear(Exception):
    """Perhaps it was done."""


class Connection:
    def __init__(self, address):
        self.channel = grpc.insecure_channel(address, options=OPTIONS)
        self.stub = milvus_pb2_grpc.MilvusServiceStub(self.channel)

    def close(self):
        self.channel.close()

    def upsert(self, collection, rows, fields, timeout):
        """The timestamp of the write."""
        return self.call(self.stub.Upsert, Prepare.row_upsert_param(collection, rows, "", fields), timeout).timestamp

    def delete(self, collection, keys, timeout):
        request = milvus_pb2.DeleteRequest(collection_name=collection, expr=f"id in {list(keys)}")
        return self.call(self.stub.Delete, request, timeout).timestamp

    def query(self, collection, expression, output, level, timestamp, timeout):
        """Rows as dicts, and the timestamp of the read; a given timestamp of 0 leaves it to the level."""
        number, guarantee = LEVELS[level]
        request = Prepare.query_request(collection, expression, output, None, use_default_consistency=False, consistency_level=number,
                                        guarantee_timestamp=timestamp or guarantee, limit=MOST_ROWS)
        answer = self.call(self.stub.Query, request, timeout)
        return rows_of(answer.fields_data), answer.session_ts

    def search(self, collection, vector, limit, params, output, level, timestamp, timeout):
        """Hits as rows with a distance, and the timestamp of the read."""
        number, guarantee = LEVELS[level]
        request = Prepare.search_requests_with_expr(
            collection, "v", {"metric_type": "L2", "params": params}, limit, data=[vector], output_fields=output,
            use_default_consistency=False, consistency_level=number, guarantee_timestamp=timestamp or guarantee)
        answer = self.call(self.stub.Search, request, timeout)
        rows = rows_of(answer.results.fields_data) or [{} for _ in answer.results.scores]
        for row, key, distance in zip(rows, answer.results.ids.int_id.data, answer.results.scores):
            row.update(id=key, distance=distance)
        return rows, answer.session_ts

    def flush(self, collection, timeout):
        self.call(self.stub.Flush, milvus_pb2.FlushRequest(collection_names=[collection]), timeout)

    def compact(self, collection_id, timeout):
        self.call(self.stub.ManualCompaction, milvus_pb2.ManualCompactionRequest(collectionID=collection_id), timeout)

    @staticmethod
    def call(method, request, timeout):
        try:
            answer = method(request, timeout=timeout)
        except grpc.RpcError as e:
            text = f"{e.code().name}: {first_line(e.details())}"
            never_sent = e.code() == grpc.StatusCode.UNAVAILABLE and "failed to connect to all addresses" in (e.details() or "")
            raise (Refused if never_sent else Unclear)(text) from None
        status = answer.status
        if status.code or status.error_code:
            raise Unclear(f"{status.code or status.error_code}: {first_line(status.reason)}")
        return answer


def first_line(text):
    return (text or "").strip().split("\n")[0][:160]


def rows_of(fields):
    columns = {f.field_name: values(f) for f in fields}
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def values(field):
    if field.HasField("vectors"):
        flat, dimension = field.vectors.float_vector.data, field.vectors.dim
        return [list(flat[i:i + dimension]) for i in range(0, len(flat), dimension)]
    return getattr(field.scalars, field.scalars.WhichOneof("data")).data

