"""Every kind of vector index over passages of the Cranfield abstracts, built and searched by an unmodified client."""

import pathlib
import re
import uuid
import zlib

import numpy as np
import pytest
from pymilvus import DataType, MilvusClient, MilvusException

TEXTS = pathlib.Path(__file__).resolve().parents[3] / "examples" / "cranfield" / "cran.all.1400.xml"
DIMENSION = 64
QUERIES = 40
REFINED = {"refine": True, "refine_type": "FP32"}
GRAPH = {"M": 16, "efConstruction": 128}

# name, what to build, what to ask for, recall@10 to be reached; the effort is generous: speed is judged elsewhere
DENSE = [
    ("FLAT", {}, {}, 1.0),
    ("HNSW", GRAPH, {"ef": 128}, 0.98),
    ("HNSW", GRAPH, {"target_recall": 0.95}, 0.93),
    ("HNSW_SQ", {**GRAPH, "sq_type": "SQ8"}, {"ef": 128}, 0.93),
    ("HNSW_SQ", {**GRAPH, "sq_type": "SQ4U", **REFINED}, {"ef": 128, "refine_k": 4}, 0.97),
    ("HNSW_SQ", {**GRAPH, "sq_type": "SQ6", "refine": True, "refine_type": "BF16"}, {"ef": 128, "refine_k": 2}, 0.95),
    ("HNSW_SQ", {**GRAPH, "sq_type": "FP16"}, {"ef": 128}, 0.97),
    ("HNSW_PQ", {**GRAPH, "m": 16, "nbits": 8, **REFINED}, {"ef": 128, "refine_k": 8}, 0.95),
    ("HNSW_PRQ", {**GRAPH, "m": 8, "nrq": 2, **REFINED}, {"ef": 128, "refine_k": 8}, 0.95),
    ("HNSW_SQ", {**GRAPH, "sq_type": "RABITQ", **REFINED}, {"ef": 128}, 0.98),
    ("IVF_FLAT", {"nlist": 64}, {"nprobe": 56}, 0.98),
    ("IVF_SQ8", {"nlist": 64}, {"nprobe": 56}, 0.93),
    ("IVF_PQ", {"nlist": 64, "m": 32, "nbits": 4, **REFINED}, {"nprobe": 56, "refine_k": 16}, 0.95),
    ("IVF_PQ", {"nlist": 64, "m": 32, "nbits": 8}, {"nprobe": 56}, 0.6),
    ("IVF_RABITQ", {"nlist": 64, **REFINED}, {"nprobe": 56, "refine_k": 32}, 0.92),
    ("IVF_RABITQ_FASTSCAN", {"nlist": 64, **REFINED}, {"nprobe": 56, "refine_k": 32}, 0.92),
    ("SCANN", {"nlist": 64, "with_raw_data": True}, {"nprobe": 56, "reorder_k": 200}, 0.95),
    ("DISKANN", {}, {"search_list": 128}, 0.97),
    ("AISAQ", {}, {"search_list": 128}, 0.97),
    ("ANNOY", {"n_trees": 32}, {"search_k": 8000}, 0.9),
    ("GPU_BRUTE_FORCE", {}, {}, 1.0),
    ("GPU_IVF_FLAT", {"nlist": 64}, {"nprobe": 56}, 0.98),
    ("GPU_IVF_PQ", {"nlist": 64, "m": 32, "nbits": 8}, {"nprobe": 56}, 0.6),
    ("GPU_CAGRA", {"intermediate_graph_degree": 64, "graph_degree": 32}, {"itopk_size": 128, "search_width": 4}, 0.97),
    ("AUTOINDEX", {}, {}, 0.93),
]


def passages():
    """(vectors of length 1, number of the abstract of each): words hashed to random directions, rarer words longer, 30 words a passage."""
    texts = re.findall(r"<text>(.*?)</text>", TEXTS.read_text(), re.S)
    words = [re.findall(r"[a-z]+", t.lower()) for t in texts]
    known = {w: i for i, w in enumerate(sorted({w for d in words for w in d}))}
    seen = np.zeros(len(known))
    for d in words:
        seen[[known[w] for w in set(d)]] += 1
    directions = np.random.default_rng(7).standard_normal((len(known), DIMENSION))
    directions *= np.log(len(words) / seen)[:, None]
    cut = [(n, [known[w] for w in d[at:at + 30]]) for n, d in enumerate(words) for at in range(0, max(1, len(d) - 15), 24)]
    cut = [(n, w) for n, w in cut if len(w) >= 8]
    found = np.array([directions[w].sum(0) for _, w in cut])
    norms = np.linalg.norm(found, axis=1)
    kept = norms > 0
    return (found[kept] / norms[kept][:, None]).astype(np.float32), np.array([n for n, _ in cut])[kept]


class Corpus:
    def __init__(self, client):
        self.client = client
        self.name = "passages_" + uuid.uuid4().hex[:8]
        found, abstracts = passages()
        pick = np.random.default_rng(11).permutation(len(found))
        self.queries, self.rows, self.abstracts = found[pick[:QUERIES]], found[pick[QUERIES:]], abstracts[pick[QUERIES:]]
        schema = client.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=DIMENSION)
        schema.add_field("abstract", DataType.INT64)
        client.create_collection(self.name, schema=schema, consistency_level="Strong")
        for at in range(0, len(self.rows), 2000):
            client.insert(self.name, [{"id": i, "vector": self.rows[i].tolist(), "abstract": int(self.abstracts[i])}
                                      for i in range(at, min(at + 2000, len(self.rows)))])
        client.flush(self.name)
        self.scores = self.queries @ self.rows.T

    def index(self, kind, params):
        client = self.client
        client.release_collection(self.name)
        for old in client.list_indexes(self.name):
            client.drop_index(self.name, old)
        asked = client.prepare_index_params()
        asked.add_index("vector", index_type=kind, metric_type="COSINE", params=params)
        client.create_index(self.name, asked)
        client.load_collection(self.name)

    def recall(self, got, kept=None):
        scores = self.scores if kept is None else np.where(kept[None], self.scores, -np.inf)
        exact = np.argsort(-scores, axis=1, kind="stable")[:, :10]
        assert all(len(hits) == 10 for hits in got)
        return np.mean([len(set(exact[i].tolist()) & {h["id"] for h in got[i]}) / 10 for i in range(len(got))])


@pytest.fixture(scope="module")
def corpus(server):
    client = MilvusClient(uri=server.uri)
    made = Corpus(client)
    yield made
    client.drop_collection(made.name)
    client.close()


@pytest.mark.parametrize("kind, params, effort, least", DENSE, ids=["%s-%s" % (d[0].lower(), i) for i, d in enumerate(DENSE)])
def test_index_finds_what_an_exact_scan_finds(corpus, kind, params, effort, least):
    corpus.index(kind, params)
    client, queries = corpus.client, corpus.queries.tolist()
    search = {"metric_type": "COSINE", "params": effort}

    got = client.search(corpus.name, data=queries, limit=10, search_params=search)
    assert corpus.recall(got) >= least
    exact = corpus.scores[0]
    assert [h["distance"] for h in got[0]] == sorted((h["distance"] for h in got[0]), reverse=True)
    if params.get("refine_type") == "FP32" or kind in ("FLAT", "HNSW", "AUTOINDEX", "SCANN", "DISKANN", "AISAQ"):
        assert [h["distance"] for h in got[0]] == pytest.approx([exact[h["id"]] for h in got[0]], abs=1e-5)

    # filters that keep what is near to the queries, and what is far from all of them
    order = np.argsort(-corpus.scores.max(0))
    for kept_abstracts in (set(corpus.abstracts[order[:200]].tolist()), set(corpus.abstracts[order[-200:]].tolist())):
        kept = np.isin(corpus.abstracts, list(kept_abstracts))
        got = client.search(corpus.name, data=queries, limit=10, search_params=search, filter="abstract in %s" % sorted(kept_abstracts))
        assert all(h["id"] in set(np.flatnonzero(kept).tolist()) for hits in got for h in hits)
        assert corpus.recall(got, kept) >= min(least, 0.95) - 0.05

    described = client.describe_index(corpus.name, index_name="vector")
    assert described["index_type"] == kind and described["metric_type"] == "COSINE"
    assert int(described["indexed_rows"]) == len(corpus.rows)


def test_sparse_algorithms_agree_with_the_sum(client, name):
    rng = np.random.default_rng(5)
    rows = [{int(d): float(v) for d, v in zip(rng.choice(300, 12, replace=False), rng.random(12) + 0.1)} for _ in range(3000)]
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("v", DataType.SPARSE_FLOAT_VECTOR)
    client.create_collection(name, schema=schema, consistency_level="Strong")
    client.insert(name, [{"id": i, "v": r} for i, r in enumerate(rows)])
    client.flush(name)
    queries = rows[:10]
    exact = [[sum(w * r.get(d, 0) for d, w in q.items()) for r in rows] for q in queries]
    for kind, algorithm in (("SPARSE_INVERTED_INDEX", "DAAT_MAXSCORE"), ("SPARSE_INVERTED_INDEX", "DAAT_WAND"), ("SPARSE_INVERTED_INDEX", "TAAT_NAIVE"), ("SPARSE_INVERTED_INDEX", "SINDI"), ("SPARSE_WAND", None)):
        layout = {"sindi_window_size": 4096, "inverted_index_codec": "block_maskedvbyte", "quant_type": "fp32"} if algorithm == "SINDI" else {}
        search = {"search_algo": "INHERIT", "dim_max_score_ratio": 1.05, "refine_factor": 2} if layout else {}
        for old in client.list_indexes(name):
            client.release_collection(name)
            client.drop_index(name, old)
        asked = client.prepare_index_params()
        asked.add_index("v", index_type=kind, metric_type="IP", params={"inverted_index_algo": algorithm, **layout} if algorithm else {})
        client.create_index(name, asked)
        client.load_collection(name)
        got = client.search(name, data=queries, limit=10, search_params={"metric_type": "IP", "params": search})
        for q in range(len(queries)):
            want = sorted(exact[q], reverse=True)[:10]
            assert [h["distance"] for h in got[q]] == pytest.approx(want, rel=1e-3)
        assert client.describe_index(name, index_name="v")["index_type"] == kind


def test_the_servers_choice_over_sparse_rows_drops_weights_and_tells_what_it_is(client, name):
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("v", DataType.SPARSE_FLOAT_VECTOR)
    asked = client.prepare_index_params()
    asked.add_index("v", index_type="AUTOINDEX", metric_type="IP")
    client.create_collection(name, schema=schema, index_params=asked, consistency_level="Strong")
    client.insert(name, [{"id": i, "v": {i % 2: 1.0, 2 + i: 0.5}} for i in range(1200)])
    client.flush(name)
    assert client.describe_index(name, index_name="v")["elanus.built_as"] == "SPARSE_INVERTED_INDEX"
    scores = []
    for dropped in (0, 0.5):  # of the two weights of the query the smaller one
        got = client.search(name, data=[{0: 0.1, 1: 1.0}], limit=1200, search_params={"metric_type": "IP", "params": {"drop_ratio_search": dropped}})
        scores.append({round(h["distance"], 3) for h in got[0]})
    assert scores == [{1.0, 0.1}, {1.0}]
    with pytest.raises(MilvusException, match="'drop_ratio_search' \\(1.5\\)"):
        client.search(name, data=[{0: 0.1}], limit=3, search_params={"params": {"drop_ratio_search": 1.5}})


def test_binary_rows_in_lists(client, name):
    rng = np.random.default_rng(9)
    centres = rng.integers(0, 2, (20, 256), dtype=np.uint8)
    bits = centres[rng.integers(0, 20, 4000)] ^ (rng.random((4000, 256)) < 0.1)
    packed = np.packbits(bits.astype(np.uint8), axis=1)
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("v", DataType.BINARY_VECTOR, dim=256)
    asked = client.prepare_index_params()
    asked.add_index("v", index_type="BIN_IVF_FLAT", metric_type="HAMMING", params={"nlist": 32})
    client.create_collection(name, schema=schema, index_params=asked, consistency_level="Strong")
    client.insert(name, [{"id": i, "v": packed[i].tobytes()} for i in range(4000)])
    client.flush(name)
    got = client.search(name, data=[packed[i].tobytes() for i in range(20)], limit=10, search_params={"metric_type": "HAMMING", "params": {"nprobe": 16}})
    for q in range(20):
        exact = np.sort((bits != bits[q]).sum(1))[:10]
        assert np.mean([h["distance"] <= exact[-1] for h in got[q]]) >= 0.9
        assert got[q][0]["distance"] == 0


@pytest.mark.parametrize("metric", ["SUBSTRUCTURE", "SUPERSTRUCTURE"])
def test_fingerprints_match_by_inclusion_however_they_are_stored(client, name, metric):
    """Each row is the union of a few of 16 fragments of 5 bits; asked for are unions of 2, and of 11, of them."""
    rng = np.random.default_rng(23)
    fragments = np.zeros((16, 256), np.uint8)
    for fragment in fragments:
        fragment[rng.choice(256, 5, replace=False)] = 1

    def unions(count, least, most):
        return np.array([fragments[rng.choice(16, rng.integers(least, most + 1), replace=False)].max(0) for _ in range(count)])

    bits = unions(3000, 2, 7)
    asked = unions(6, 2, 2) if metric == "SUBSTRUCTURE" else unions(6, 11, 11)
    matches = [np.all(q <= bits, 1) if metric == "SUBSTRUCTURE" else np.all(bits <= q, 1) for q in asked]
    assert all(60 < m.sum() < 2900 for m in matches)
    rows, queries = ([r.tobytes() for r in np.packbits(some, axis=1, bitorder="little")] for some in (bits, asked))
    alive = np.ones(3000, bool)

    def check(**more):
        kept = alive & (np.arange(3000) % 3 == 1) if more else alive
        found = client.search(name, data=queries, limit=3000, search_params={"metric_type": metric.lower()}, **more)
        for hits, match in zip(found, matches):
            assert [h["distance"] for h in hits] == [0.0] * int((match & kept).sum()) + [1.0] * int((~match & kept).sum())
            assert {h["id"] for h in hits if h["distance"] == 0} == set(np.flatnonzero(match & kept).tolist())
            assert {h["id"] for h in hits if h["distance"] == 1} == set(np.flatnonzero(~match & kept).tolist())

    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("v", DataType.BINARY_VECTOR, dim=256)
    params = client.prepare_index_params()
    params.add_index("v", index_type="BIN_FLAT", metric_type=metric.lower())
    client.create_collection(name, schema=schema, index_params=params, consistency_level="Strong")
    for first, flushed in ((0, True), (1500, False)):
        client.insert(name, [{"id": i, "v": rows[i]} for i in range(first, first + 1500)])
        if flushed:
            client.flush(name)
    alive[::7] = False
    client.delete(name, ids=np.flatnonzero(~alive).tolist())
    check()
    check(filter="id % 3 == 1")
    client.flush(name)
    check()
    check(filter="id % 3 == 1")

    for bounds, kept in (({"radius": 1.0}, matches[0] & alive), ({"radius": 2.0, "range_filter": 0.5}, ~matches[0] & alive)):
        hits = client.search(name, data=queries[:1], limit=3000, search_params={"metric_type": metric, "params": bounds})[0]
        assert {h["id"] for h in hits} == set(np.flatnonzero(kept).tolist())
    pages, it = [], client.search_iterator(name, data=queries[:1], batch_size=500, search_params={"metric_type": metric})
    while page := it.next():
        pages += [(h["distance"], h["id"]) for h in page]
    it.close()
    assert len(pages) == len({i for _, i in pages}) == alive.sum()
    assert [d for d, _ in pages] == sorted(d for d, _ in pages) and sum(d == 0 for d, _ in pages) == (matches[0] & alive).sum()
    told = client.describe_index(name, index_name="v")
    assert (told["index_type"], told["metric_type"]) == ("BIN_FLAT", metric)
    with pytest.raises(MilvusException, match=r"metric type not match.*expected=%s.*actual=HAMMING" % metric):
        client.search(name, data=queries[:1], limit=3, search_params={"metric_type": "HAMMING"})


def test_minhash_signatures_of_near_copies_find_each_other(client, name):
    """Abstracts and copies of them that lost every tenth word: 64 hashes of 32 bits each."""
    texts = [re.findall(r"[a-z]+", t.lower()) for t in re.findall(r"<text>(.*?)</text>", TEXTS.read_text(), re.S)]
    texts = [t for t in texts if len(t) > 40][:600]
    copies = [[w for i, w in enumerate(t) if i % 10] for t in texts[:30]]
    seeds = np.random.default_rng(3).integers(1, 2**31, (64, 2))

    def signature(words):
        shingles = np.array(sorted({zlib.crc32(" ".join(words[i:i + 3]).encode()) for i in range(len(words) - 2)}), dtype=np.uint64)
        hashed = (shingles[None] * seeds[:, :1].astype(np.uint64) + seeds[:, 1:].astype(np.uint64)) % np.uint64(4294967291)
        return hashed.min(1).astype("<u4")

    rows = np.array([signature(t) for t in texts])
    schema = client.create_schema(auto_id=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("v", DataType.BINARY_VECTOR, dim=2048)
    asked = client.prepare_index_params()
    asked.add_index("v", index_type="MINHASH_LSH", metric_type="MHJACCARD",
                    params={"mh_element_bit_width": 32, "mh_lsh_band": 32, "with_raw_data": True})
    client.create_collection(name, schema=schema, index_params=asked, consistency_level="Strong")
    client.insert(name, [{"id": i, "v": rows[i].tobytes()} for i in range(len(rows))])
    client.flush(name)
    queries = np.array([signature(c) for c in copies])
    got = client.search(name, data=[q.tobytes() for q in queries], limit=3,
                        search_params={"metric_type": "MHJACCARD", "params": {"mh_search_with_jaccard": True, "refine_k": 5}})
    shares = (queries[:, None] == rows[None]).mean(2)
    found = [bool(hits) and hits[0]["id"] == i and hits[0]["distance"] == pytest.approx(shares[i, i], abs=1e-6) for i, hits in enumerate(got)]
    assert np.mean(found) >= 0.9
    assert client.describe_index(name, index_name="v")["index_type"] == "MINHASH_LSH"
