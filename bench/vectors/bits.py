"""Rows of bits: signs of the glosses' embeddings, and MinHash signatures of their words (Broder 1997). uint8 and uint32, row-major."""

import re

import numpy as np

METRICS = ("HAMMING", "MHJACCARD")
ELEMENTS = 64  # of a signature, 32 bits each
PRIME = (1 << 61) - 1


def signs(embeddings):
    return np.packbits(embeddings > 0, axis=1, bitorder="little")


def signatures(texts):
    """The least hash of the words of a text, by so many hashes; a text without words is all ones."""
    random = np.random.default_rng(13)
    factors = [int(n) for n in random.integers(1, PRIME, ELEMENTS)]
    shifts = [int(n) for n in random.integers(0, PRIME, ELEMENTS)]
    hashed = {}
    out = np.full((len(texts), ELEMENTS), 0xFFFFFFFF, np.uint32)
    for row, text in enumerate(texts):
        for word in set(re.findall(r"\w+", text.lower())):
            if word not in hashed:
                n = int.from_bytes(word.encode()[:56], "little") % PRIME
                hashed[word] = np.array([(a * n + b) % PRIME & 0xFFFFFFFF for a, b in zip(factors, shifts)], np.uint32)
            np.minimum(out[row], hashed[word], out=out[row])
    return out


def distances(queries, rows, metric):
    """[queries x rows] float32: bits that differ, or the share of elements that are equal, negated."""
    out = np.empty((len(queries), len(rows)), np.float32)
    rows = np.ascontiguousarray(rows)
    for i, query in enumerate(queries):
        if metric == "HAMMING":
            out[i] = np.bitwise_count(rows.view(np.uint64) ^ np.ascontiguousarray(query).view(np.uint64)).sum(1)
        else:
            out[i] = -(rows == query).mean(1)
    return out
