"""Every type of vector and metric through the families of indexes that take it: searches, filters, ranges and iterators against exact answers."""

import time
import uuid

import numpy as np
import pytest
from pymilvus import DataType, MilvusClient

ROWS = 2100
DIMENSION = 32
GROUPS = 10
GRAPH = {"M": 16, "efConstruction": 100}
LISTS = {"nlist": 32}
REFINED = {"refine": True, "refine_type": "FP32"}
WALK = {"ef": 100}
PROBE = {"nprobe": 24}

TYPES = {
    "float": DataType.FLOAT_VECTOR, "half": DataType.FLOAT16_VECTOR, "brain": DataType.BFLOAT16_VECTOR,
    "byte": DataType.INT8_VECTOR, "bits": DataType.BINARY_VECTOR, "sparse": DataType.SPARSE_FLOAT_VECTOR,
}

# for each field: what to build, metric, what to build it with, what to ask for
ROUNDS = [
    {"float": ("FLAT", "L2", {}, {}), "half": ("FLAT", "IP", {}, {}), "brain": ("FLAT", "COSINE", {}, {}),
     "byte": ("HNSW", "L2", GRAPH, WALK), "bits": ("BIN_FLAT", "HAMMING", {}, {}),
     "sparse": ("SPARSE_INVERTED_INDEX", "IP", {"inverted_index_algo": "DAAT_MAXSCORE"}, {})},
    {"float": ("HNSW", "L2", GRAPH, WALK), "half": ("HNSW", "IP", GRAPH, WALK), "brain": ("HNSW", "L2", GRAPH, WALK),
     "byte": ("HNSW", "IP", GRAPH, WALK), "bits": ("BIN_FLAT", "JACCARD", {}, {}), "sparse": ("SPARSE_WAND", "IP", {}, {})},
    {"float": ("HNSW_SQ", "IP", {**GRAPH, "sq_type": "SQ8", **REFINED}, {**WALK, "refine_k": 4}), "half": ("IVF_FLAT", "L2", LISTS, PROBE),
     "brain": ("IVF_SQ8", "IP", {**LISTS, **REFINED}, {**PROBE, "refine_k": 4}), "byte": ("HNSW", "COSINE", GRAPH, WALK),
     "bits": ("BIN_IVF_FLAT", "HAMMING", LISTS, PROBE), "sparse": ("SPARSE_INVERTED_INDEX", "IP", {"inverted_index_algo": "TAAT_NAIVE"}, {})},
    {"float": ("IVF_PQ", "L2", {**LISTS, "m": 16, "nbits": 4, **REFINED}, {**PROBE, "refine_k": 16}), "half": ("DISKANN", "IP", {}, {"search_list": 100}),
     "brain": ("SCANN", "L2", {**LISTS, "with_raw_data": True}, {**PROBE, "reorder_k": 200}),
     "byte": ("HNSW_SQ", "L2", {**GRAPH, "sq_type": "SQ8", **REFINED}, {**WALK, "refine_k": 4}), "bits": ("BIN_IVF_FLAT", "JACCARD", LISTS, PROBE)},
    {"float": ("AUTOINDEX", "IP", {}, {}), "half": ("AUTOINDEX", "L2", {}, {}), "brain": ("AISAQ", "L2", {}, {"search_list": 100}),
     "byte": ("AUTOINDEX", "L2", {}, {}), "bits": ("HNSW", "HAMMING", GRAPH, WALK)},
    {"float": ("DISKANN", "L2", {}, {"search_list": 100}), "half": ("HNSW_SQ", "L2", {**GRAPH, "sq_type": "RABITQ", **REFINED}, WALK),
     "brain": ("IVF_RABITQ", "IP", {**LISTS, **REFINED}, {**PROBE, "refine_k": 32}), "byte": ("HNSW_PQ", "IP", {**GRAPH, "m": 16, **REFINED}, {**WALK, "refine_k": 8}),
     "bits": ("HNSW", "JACCARD", GRAPH, WALK)},
    {"byte": ("GPU_IVF_FLAT", "L2", LISTS, PROBE), "bits": ("BIN_FLAT", "SUBSTRUCTURE", {}, {})},
    {"byte": ("GPU_IVF_PQ", "COSINE", {**LISTS, "m": 16, "refine_ratio": 4}, {**PROBE, "refine_k": 16}), "bits": ("BIN_FLAT", "SUPERSTRUCTURE", {}, {})},
    {"byte": ("GPU_CAGRA", "IP", {"intermediate_graph_degree": 64, "graph_degree": 32}, {"itopk_size": 128})},
]
CASES = [(number, field) for number, fields in enumerate(ROUNDS) for field in fields]
LARGER = ("IP", "COSINE")


def brain(rows):
    """The upper halves of float32."""
    return (rows.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


class Stored:
    """What was inserted, as the numbers that the server holds, in a collection of a field for each type."""

    def __init__(self, client):
        self.client, self.name, self.round = client, "metrics_" + uuid.uuid4().hex[:8], None
        rng = np.random.default_rng(17)
        centres = rng.standard_normal((30, DIMENSION))
        dense = (centres[rng.integers(0, 30, ROWS)] + 0.6 * rng.standard_normal((ROWS, DIMENSION))).astype(np.float32)
        bits = rng.integers(0, 2, (30, 8 * DIMENSION), dtype=np.uint8)[rng.integers(0, 30, ROWS)] ^ (rng.random((ROWS, 8 * DIMENSION)) < 0.15)
        self.numbers = {
            "float": dense, "half": dense.astype(np.float16).astype(np.float64),
            "brain": (brain(dense).astype(np.uint32) << 16).view(np.float32).astype(np.float64),
            "byte": np.clip(np.round(dense * 30), -128, 127), "bits": bits.astype(np.uint8),
        }
        sparse = [{int(d): float(np.float32(v)) for d, v in zip(rng.choice(200, 15, replace=False), rng.random(15) + 0.1)} for _ in range(ROWS)]
        self.numbers["sparse"] = np.array([[r.get(d, 0.0) for d in range(200)] for r in sparse])
        packed = np.packbits(bits.astype(np.uint8), axis=1)
        self.wire = {
            "float": dense.tolist(), "half": [r.astype(np.float16).tobytes() for r in dense], "brain": [r.tobytes() for r in brain(dense)],
            "byte": [r.astype(np.int8).tobytes() for r in self.numbers["byte"]], "bits": [r.tobytes() for r in packed], "sparse": sparse,
        }
        self.groups = rng.integers(0, GROUPS, ROWS)
        schema = client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("part", DataType.INT64)
        for field, kind in TYPES.items():
            schema.add_field(field, kind, **({} if field == "sparse" else {"dim": 8 * DIMENSION if field == "bits" else DIMENSION}))
        client.create_collection(self.name, schema=schema, consistency_level="Strong")
        client.insert(self.name, [{"id": i, "part": int(self.groups[i]), **{f: self.wire[f][i] for f in TYPES}} for i in range(ROWS)])
        client.flush(self.name)

    def use(self, number):
        if self.round == number:
            return
        client, self.round = self.client, number
        client.release_collection(self.name)
        for old in client.list_indexes(self.name):
            client.drop_index(self.name, old)
        asked = client.prepare_index_params()
        fields = {**{f: spec for f, spec in ROUNDS[0].items() if f not in ROUNDS[number]}, **ROUNDS[number]}
        for field, (kind, metric, params, _) in fields.items():
            asked.add_index(field, index_type=kind, metric_type=metric, params=params)
        client.create_index(self.name, asked, sync=False)
        for field in fields:
            while client.describe_index(self.name, field)["state"] != "Finished":
                time.sleep(0.05)
        client.load_collection(self.name)

    def scores(self, field, metric, query):
        rows = self.numbers[field].astype(np.float64)
        asked = rows[query]
        if metric == "HAMMING":
            return np.abs(rows - asked).sum(1)
        if metric == "JACCARD":
            return 1 - np.minimum(rows, asked).sum(1) / np.maximum(rows, asked).sum(1)
        if metric == "SUBSTRUCTURE":
            return np.any(asked > rows, axis=1).astype(float)
        if metric == "SUPERSTRUCTURE":
            return np.any(rows > asked, axis=1).astype(float)
        if metric == "L2":
            return ((rows - asked) ** 2).sum(1)
        products = rows @ asked
        return products if metric == "IP" else products / np.linalg.norm(rows, axis=1) / np.linalg.norm(asked)


@pytest.fixture(scope="module")
def stored(server):
    client = MilvusClient(uri=server.uri)
    made = Stored(client)
    yield made
    client.drop_collection(made.name)
    client.close()


@pytest.fixture(scope="module", params=CASES, ids=["-".join((f, ROUNDS[n][f][0].lower(), ROUNDS[n][f][1].lower())) for n, f in CASES])
def indexed(request, stored):
    number, field = request.param
    stored.use(number)
    return stored, number, field


class Case:
    """One field with its index, and one query."""

    def __init__(self, stored, number, field, query):
        self.stored, self.field, self.query = stored, field, query
        self.kind, self.metric, _, self.effort = ROUNDS[number][field]
        self.scores = stored.scores(field, self.metric, query)
        self.near = self.scores if self.metric in LARGER else -self.scores  # larger is better
        self.rounding = 1e-4 * max(1.0, float(np.abs(self.scores).max()) / 10)
        self.findable = self.scores > 0 if field == "sparse" else np.ones(ROWS, bool)

    def kept(self, parts):
        return self.findable & (np.isin(self.stored.groups, parts) if parts else True)

    def ask(self, limit, parts=(), more=None, wide=False):
        effort = {k: v for k, v in self.effort.items() if not wide or k not in ("ef", "search_list")}
        return self.stored.client.search(
            self.stored.name, data=[self.stored.wire[self.field][self.query]], anns_field=self.field, limit=limit,
            filter="part in %s" % list(parts) if parts else "", search_params={"metric_type": self.metric, "params": {**effort, **(more or {})}})[0]

    def check(self, hits, parts):
        ids = [h["id"] for h in hits]
        assert len(set(ids)) == len(ids)
        assert np.all(self.kept(parts)[ids])
        told, right = np.array([h["distance"] for h in hits]), self.scores[ids]
        assert np.all(np.abs(told - right) <= self.rounding + 1e-3 * np.abs(right)), (told, right)
        return ids

    def best(self, ids, among):
        """Share of so many of the best rows, equal ones alike."""
        last = np.sort(self.near[among])[::-1][len(ids) - 1]
        return np.mean(self.near[ids] >= last - self.rounding)

    def rings(self, parts):
        """(radius, range_filter, rows within) where no row is near a bound."""
        order = np.sort(self.near[self.kept(parts)])[::-1]
        steps = [i for i in range(1, len(order)) if order[i - 1] - order[i] > 4 * self.rounding]
        for first, last in ((0, 30), (50, 90), (len(order) // 2, len(order) // 2 + 40)):
            begin = next((i for i in steps if i >= first), None) if first else 0
            end = next((i for i in steps if i >= last), None)
            if begin is not None and end is not None and end > begin:
                outer, inner = (order[end - 1] + order[end]) / 2, order[0] + 1 if begin == 0 else (order[begin - 1] + order[begin]) / 2
                bounds = (outer, inner) if self.metric in LARGER else (-outer, -inner)
                yield float(bounds[0]), float(bounds[1]), end - begin


FILTERS = ((), (1, 4, 7), (9,))


def test_searches_ranges_and_iterators_tell_the_truth(indexed):
    stored, number, field = indexed
    good, found, wanted = [], 0, 0
    case = Case(stored, number, field, 3)
    for parts in FILTERS:
        kept = case.kept(parts)
        hits = case.ask(10, parts)
        assert len(hits) == 10
        good.append(case.best(case.check(hits, parts), kept))
        for radius, inner, inside in case.rings(parts):
            bounds = {"radius": radius, "range_filter": inner}
            for limit in (10, 100):
                hits = case.ask(limit, parts, bounds, wide=limit > 10)
                ids = case.check(hits, parts)
                low, high = sorted((radius, inner))
                assert all(low - case.rounding <= h["distance"] <= high + case.rounding for h in hits)
                if limit == 10:
                    assert len(ids) == min(10, inside), (parts, bounds, inside)
                elif inside <= 100:
                    found += len(ids)
                    wanted += inside
    assert np.mean(good) >= 0.95
    assert found >= 0.95 * wanted


def test_an_iterator_gives_every_row_once(indexed):
    stored, number, field = indexed
    case = Case(stored, number, field, 42)
    for parts in ((), (1, 4, 7)):
        kept = case.kept(parts)
        most = min(int(kept.sum()), 600)
        it = stored.client.search_iterator(
            stored.name, data=[stored.wire[field][42]], anns_field=field, batch_size=130, limit=600,
            filter="part in %s" % list(parts) if parts else "",
            search_params={"metric_type": case.metric, "params": {k: v for k, v in case.effort.items() if k not in ("ef", "search_list")}})
        hits = []
        while page := it.next():
            hits += [{"id": h["id"], "distance": h["distance"]} for h in page]
        it.close()
        ids = case.check(hits, parts)
        assert len(ids) == most
        assert case.best(ids, kept) >= (0.6 if "nprobe" in case.effort else 0.9)


@pytest.mark.parametrize("number, built", [(n, {"GPU_IVF_FLAT": "IVF_FLAT", "GPU_IVF_PQ": "IVF_PQ", "GPU_CAGRA": "HNSW"}[fields["byte"][0]])
                                           for n, fields in enumerate(ROUNDS) if fields.get("byte", ("",))[0].startswith("GPU_")])
def test_the_name_of_a_gpu_index_of_bytes_stays_and_what_is_built_is_told(stored, number, built):
    stored.use(number)
    told = stored.client.describe_index(stored.name, "byte")
    assert told["index_type"] == ROUNDS[number]["byte"][0]
    assert told["elanus.built_as"] == built
