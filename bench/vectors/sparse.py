"""Sparse rows: BM25 weights of the glosses' words, with the exact answers by numpy.

The folder holds, for base and query: X_offsets.npy (int32, in bytes), X_pairs.npy ([n x 2] int32: dimension, float bits), X_terms.txt (one
text a line, words parted by blanks, for a text index), and truth.npy ([queries x K] scores).
"""

import collections
import math
import re

import numpy as np

import truth

K1, B = 1.2, 0.75
NAME, ABOUT = "sparse", "BM25 weights of the glosses, queries of all their distinct words"


class Sparse:
    name, metric, about, dimension = NAME, "IP", ABOUT, 0

    def __init__(self, folder, weights):
        self.folder, self.weights = folder, weights
        self.rows = len(np.load(folder / "base_offsets.npy", mmap_mode="r")) - 1

    def fingerprint(self):
        return "%s-%d" % (self.folder.name, self.rows)

    def recall(self, found, kth):
        """As truth.recall; a row counts when its score reaches the K-th."""
        hits = wanted = 0
        for query, rows, limit in zip(self.weights[1], found, kth):
            limit = limit[np.isfinite(limit) & (limit > 0)]
            wanted += len(limit)
            for row in set(int(r) for r in rows if r >= 0):
                score = sum(self.weights[0][row].get(term, 0.0) for term in query)
                hits += bool(len(limit)) and score >= limit[-1] - 1e-4
        return min(1.0, hits / max(1, wanted))


def words(path, limit=None):
    return [re.findall(r"\w+", line.lower()) for line in path.read_text(encoding="utf-8").split("\n")[:-1][:limit]]


def bm25(texts):
    """Of each text {word: weight}; the inverse document frequency is inside."""
    frequency = collections.Counter(w for text in texts for w in set(text))
    average = sum(map(len, texts)) / len(texts)
    idf = {w: math.log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for w, n in frequency.items()}
    length = lambda text: K1 * (1 - B + B * len(text) / average)
    return [{w: idf[w] * n / (n + length(text)) for w, n in collections.Counter(text).items()} for text in texts]


def write(folder, name, rows, ids):
    offsets, pairs = [0], []
    for row in rows:
        mine = sorted((ids[w], v) for w, v in row.items() if w in ids)
        pairs += mine
        offsets.append(offsets[-1] + 8 * len(mine))
    out = np.zeros((len(pairs), 2), np.int32)
    out[:, 0] = [d for d, _ in pairs]
    out[:, 1] = np.array([v for _, v in pairs], np.float32).view(np.int32)
    np.save(folder / (name + "_offsets.npy"), np.array(offsets, np.int32))
    np.save(folder / (name + "_pairs.npy"), out)


def exact(rows, queries):
    lists = collections.defaultdict(lambda: ([], []))
    for r, row in enumerate(rows):
        for w, v in row.items():
            lists[w][0].append(r)
            lists[w][1].append(v)
    lists = {w: (np.array(r), np.array(v)) for w, (r, v) in lists.items()}
    best = np.full((len(queries), truth.K), -np.inf, np.float32)
    for q, query in enumerate(queries):
        scores = np.zeros(len(rows))
        for w in query:
            if w in lists:
                scores[lists[w][0]] += lists[w][1]
        best[q] = -np.sort(-np.partition(scores, -truth.K)[-truth.K :])
    return best


def load(glosses, work, rows=None):
    """Made of the texts beside a set of glosses."""
    folder = work / "vectors/sets" / ("sparse" + ("-%d" % rows if rows else ""))
    texts, asked = words(glosses.folder / "base.txt", rows), words(glosses.folder / "query.txt")
    weights, queries = bm25(texts), [{w: 1.0 for w in text} for text in asked]
    if not (folder / "truth.npy").exists():
        folder.mkdir(parents=True, exist_ok=True)
        ids = {w: i for i, w in enumerate(sorted({w for text in texts for w in text}))}
        write(folder, "base", weights, ids)
        write(folder, "query", queries, ids)
        for name, lines in (("base", texts), ("query", [list(q) for q in queries])):
            (folder / (name + "_terms.txt")).write_text("".join(" ".join(line) + "\n" for line in lines), encoding="utf-8")
        np.save(folder / "truth.npy", exact(weights, queries))
    return Sparse(folder, (weights, queries))
