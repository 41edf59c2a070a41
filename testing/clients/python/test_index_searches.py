"""Ranges, iterators, groups and searches by key through every family of indexes, filters near and far, against exact answers."""

import numpy as np
import pytest
from pymilvus import MilvusClient

from test_indexes import Corpus, GRAPH, REFINED

# name, what to build, what to ask for; scores of the last kinds are those of codes
KINDS = [
    ("FLAT", {}, {}),
    ("HNSW", GRAPH, {"ef": 64}),
    ("HNSW_SQ", {**GRAPH, "sq_type": "SQ6", **REFINED}, {"ef": 64, "refine_k": 4}),
    ("HNSW_PQ", {**GRAPH, "m": 16, "nbits": 8, **REFINED}, {"ef": 64, "refine_k": 8}),
    ("IVF_FLAT", {"nlist": 64}, {"nprobe": 32}),
    ("IVF_SQ8", {"nlist": 64, **REFINED}, {"nprobe": 32, "refine_k": 4}),
    ("IVF_PQ", {"nlist": 64, "m": 32, "nbits": 4, **REFINED}, {"nprobe": 32, "refine_k": 16}),
    ("IVF_RABITQ", {"nlist": 64, **REFINED}, {"nprobe": 32, "refine_k": 16}),
    ("SCANN", {"nlist": 64, "with_raw_data": True}, {"nprobe": 32, "reorder_k": 200}),
    ("DISKANN", {}, {"search_list": 64}),
    ("AISAQ", {}, {"search_list": 64}),
    ("ANNOY", {"n_trees": 16}, {"search_k": 3000}),
    ("AUTOINDEX", {}, {}),
]
ASKED = 6
ROUNDING = 2e-5


class Judge:
    """The exact answers, and the names of filters that keep the abstracts nearest to and farthest from one query."""

    def __init__(self, corpus, query):
        self.corpus, self.query = corpus, query
        self.scores = corpus.scores[query]
        order = np.argsort(-self.scores, kind="stable")
        abstracts = list(dict.fromkeys(corpus.abstracts[order].tolist()))
        some = np.random.default_rng(query).permutation(abstracts).tolist()
        self.filters = [""] + ["abstract in %s" % sorted(kept) for kept in (abstracts[:60], abstracts[-60:], some[:60], some[:700])]
        self.kept = {"": np.ones(len(self.scores), bool)}
        for text in self.filters[1:]:
            self.kept[text] = np.isin(corpus.abstracts, eval(text[len("abstract in "):]))

    def within(self, text, low, high):
        return np.flatnonzero(self.kept[text] & (self.scores > low) & (self.scores <= high))

    def check(self, hits, text):
        ids = [h["id"] for h in hits]
        assert len(set(ids)) == len(ids)
        assert all(self.kept[text][i] for i in ids)
        assert [h["distance"] for h in hits] == pytest.approx([self.scores[i] for i in ids], abs=ROUNDING)
        return ids


@pytest.fixture(scope="module")
def corpus(server):
    client = MilvusClient(uri=server.uri)
    made = Corpus(client)
    yield made
    client.drop_collection(made.name)
    client.close()


@pytest.fixture(scope="module", params=KINDS, ids=[k[0].lower() for k in KINDS])
def indexed(request, corpus):
    kind, params, effort = request.param
    corpus.index(kind, params)
    return corpus, effort


def search(corpus, judge, effort, text, limit, more=None, **rest):
    return corpus.client.search(
        corpus.name, data=[corpus.queries[judge.query].tolist()], limit=limit, filter=text,
        search_params={"metric_type": "COSINE", "params": {**effort, **(more or {})}}, **rest)[0]


def wide(effort):
    """Without an effort that says how many rows are found at most."""
    return {k: v for k, v in effort.items() if k not in ("ef", "search_list", "search_k")}


def rings(judge, text):
    """(radius, range_filter) of ranks of the rows kept: the nearest, some way out, the far end."""
    scores = np.sort(judge.scores[judge.kept[text]])[::-1]
    for first, last in ((0, 30), (50, 90), (len(scores) // 2, len(scores) // 2 + 40), (len(scores) - 40, len(scores) - 1)):
        if last < len(scores):
            yield float((scores[last - 1] + scores[last]) / 2), float(1.1 if first == 0 else (scores[first - 1] + scores[first]) / 2)


def test_a_range_gives_k_rows_where_it_has_k(indexed):
    corpus, effort = indexed
    found = wanted = 0
    for query in range(ASKED):
        judge = Judge(corpus, query)
        for text in judge.filters:
            for low, high in rings(judge, text):
                inside = judge.within(text, low, high)
                for limit in (10, 100):
                    hits = search(corpus, judge, effort if limit == 10 else wide(effort), text, limit, {"radius": low, "range_filter": high})
                    ids = judge.check(hits, text)
                    assert all(low - ROUNDING < h["distance"] <= high + ROUNDING for h in hits)
                    if limit == 10:
                        assert len(ids) == 10, (query, text[:40], low, high, len(inside))
                    else:
                        found += len(ids)
                        wanted += len(inside)
    assert found >= 0.95 * wanted


def test_an_iterator_gives_every_row_once(indexed):
    corpus, effort = indexed
    share = 0.9  # of lists: the first page reads nprobe of them, the others go on
    for query in range(3):
        judge = Judge(corpus, query)
        for text in judge.filters:
            most = min(int(judge.kept[text].sum()), 1500)
            it = corpus.client.search_iterator(
                corpus.name, data=[corpus.queries[query].tolist()], batch_size=170, limit=1500, filter=text,
                search_params={"metric_type": "COSINE", "params": wide(effort)})
            hits = []
            while batch := it.next():
                hits += batch
            it.close()
            ids = judge.check([{"id": h["id"], "distance": h["distance"]} for h in hits], text)
            assert len(ids) == most, (query, text[:40])
            exact = np.flatnonzero(judge.kept[text])[np.argsort(-judge.scores[judge.kept[text]], kind="stable")][:most]
            assert len(set(ids) & set(exact.tolist())) >= share * most


def test_groups_are_as_many_as_asked_for(indexed):
    corpus, effort = indexed
    good = []
    for query in range(ASKED):
        judge = Judge(corpus, query)
        for text in judge.filters:
            best = {}
            for i in np.flatnonzero(judge.kept[text]):
                best.setdefault(int(corpus.abstracts[i]), []).append(judge.scores[i])
            for limit, size in ((10, 1), (40, 1), (5, 3)):
                more = {"group_size": size, "strict_group_size": True} if size > 1 else {}
                hits = search(corpus, judge, effort, text, limit, group_by_field="abstract", output_fields=["abstract"], **more)
                judge.check(hits, text)
                groups = {}
                for h in hits:
                    groups.setdefault(h["entity"]["abstract"], []).append(h["distance"])
                assert all(len(g) <= size for g in groups.values())
                large = sum(len(g) >= size for g in best.values())
                assert len(groups) == min(limit, large if size > 1 else len(best)), (query, text[:40], limit, size)
                if size == 1:
                    truth = sorted((max(g) for g in best.values()), reverse=True)[:limit]
                    good += [max(g) >= truth[-1] - ROUNDING for g in groups.values()]
    assert np.mean(good) >= 0.85


def test_a_stored_key_asks_as_its_vector_does(indexed):
    corpus, effort = indexed
    keys = [int(i) for i in np.random.default_rng(3).integers(0, len(corpus.rows), 8)]
    params = {"metric_type": "COSINE", "params": effort}
    by_key = corpus.client.search(corpus.name, ids=keys, limit=10, search_params=params)
    by_vector = corpus.client.search(corpus.name, data=[corpus.rows[i].tolist() for i in keys], limit=10, search_params=params)
    assert [[(h["id"], h["distance"]) for h in hits] for hits in by_key] == [[(h["id"], h["distance"]) for h in hits] for hits in by_vector]
    judge = Judge(corpus, 0)
    for text in judge.filters[1:]:
        by_key = corpus.client.search(corpus.name, ids=keys, limit=10, filter=text, search_params=params)
        for key, hits in zip(keys, by_key):
            assert len(hits) == 10 and all(judge.kept[text][h["id"]] for h in hits)
            exact = np.sort((corpus.rows @ corpus.rows[key])[judge.kept[text]])[::-1][:10]
            assert np.mean([h["distance"] >= exact[-1] - ROUNDING for h in hits]) >= 0.5
