"""Exact answers, the judge of recall, and the masks of the filtered part. Distances are numpy's, in blocks of rows."""

import numpy as np

import bits

K = 10
BLOCK = 20_000
SHARES = (0.1, 0.01, 0.001)
KINDS = ("random", "nearest", "farthest")
MASKS = ["%s %g%%" % (kind, 100 * share) for kind in KINDS for share in SHARES]
MASKED_QUERIES = 100


def distances(queries, rows, metric):
    """[queries x rows] float32: smaller is nearer. Rows of a cosine set are unit vectors."""
    if metric in bits.METRICS:
        return bits.distances(queries, rows, metric)
    product = queries @ rows.T
    if metric == "COSINE":
        return -product
    return (rows * rows).sum(1) - 2 * product + (queries * queries).sum(1)[:, None]


def smallest(values, k):
    part = np.argpartition(values, k - 1, axis=1)[:, :k]
    order = np.argsort(np.take_along_axis(values, part, 1), axis=1, kind="stable")
    return np.take_along_axis(part, order, 1)


def exact(s):
    """[queries x K] distance of the nearest rows, kept beside the data."""
    kept = s.folder / "truth.npy"
    if not kept.exists():
        base, queries = s.array("base"), np.asarray(s.array("query"))
        best = np.full((len(queries), K), np.inf, np.float32)
        for start in range(0, len(base), BLOCK):
            found = distances(queries, np.asarray(base[start : start + BLOCK]), s.metric)
            best = np.sort(np.concatenate([best, np.partition(found, K - 1, axis=1)[:, :K]], 1), axis=1)[:, :K]
        np.save(kept, best)
    return np.load(kept)


def recall(s, found, kth):
    """Share of the wanted rows that were found. A row as near as the K-th counts, whichever of several equal ones it is.

    found: [queries x K] row numbers, -1 for none; kth: [queries x <=K] true distances, inf where fewer rows qualify.
    """
    base, queries = s.array("base"), s.array("query")
    hits = wanted = 0
    rounding = 2e-6 if s.metric == "COSINE" else 1e-4
    for i, row in enumerate(found):
        limit = kth[i][np.isfinite(kth[i])]
        wanted += len(limit)
        ids = np.unique(row[row >= 0])
        if len(ids) and len(limit):
            near = distances(np.asarray(queries[i : i + 1]), np.asarray(base[ids]), s.metric)[0]
            slack = rounding * max(1.0, abs(float(limit[-1])))
            hits += min(len(limit), int((near <= limit[-1] + slack).sum()))
    return hits / wanted if wanted else 1.0


def clusters(s, count=1000):
    """Centroids and the nearest one of every row: Lloyd's steps on a sample."""
    random = np.random.default_rng(3)
    base = s.array("base")
    count = min(count, max(10, len(base) // 60))
    sample = np.asarray(base[np.sort(random.choice(len(base), min(len(base), 40_000), replace=False))])
    centers = sample[random.choice(len(sample), count, replace=False)].copy()
    for _ in range(8):
        mine = distances(sample, centers, "L2").argmin(1)
        sums = np.zeros_like(centers)
        np.add.at(sums, mine, sample)
        sizes = np.bincount(mine, minlength=count)
        centers[sizes > 0] = sums[sizes > 0] / sizes[sizes > 0][:, None]
    blocks = range(0, len(base), BLOCK)
    return centers, np.concatenate([distances(np.asarray(base[b : b + BLOCK]), centers, "L2").argmin(1) for b in blocks])


def masks(s):
    """Writes masks.npy [masks x queries x bytes], little-endian bits, and mask_truth.npy [masks x queries x K]; once.

    random: any rows; nearest and farthest: whole clusters by their distance from the query, until the share is reached.
    """
    kept = s.folder / "mask_truth.npy"
    if kept.exists():
        return np.load(s.folder / "masks.npy", mmap_mode="r"), np.load(kept)
    base, queries = s.array("base"), np.asarray(s.array("query")[:MASKED_QUERIES])
    centers, assigned = clusters(s)
    sizes = np.bincount(assigned, minlength=len(centers))
    order = distances(queries, centers, "L2").argsort(1)
    random = np.random.default_rng(5)
    all_distances = np.concatenate(
        [distances(queries, np.asarray(base[b : b + BLOCK]), s.metric) for b in range(0, len(base), BLOCK)], 1)
    words = (len(base) + 63) // 64 * 8
    bits = np.zeros((len(MASKS), len(queries), words), np.uint8)
    truth = np.full((len(MASKS), len(queries), K), np.inf, np.float32)
    for m, name in enumerate(MASKS):
        kind, share = name.split()[0], SHARES[m % len(SHARES)]
        wanted = max(K, int(share * len(base)))
        for q in range(len(queries)):
            if kind == "random":
                allowed = np.zeros(len(base), bool)
                allowed[random.choice(len(base), wanted, replace=False)] = True
            else:
                by_distance = order[q] if kind == "nearest" else order[q][::-1]
                taken = np.searchsorted(np.cumsum(sizes[by_distance]), wanted) + 1
                allowed = np.isin(assigned, by_distance[:taken])
            packed = np.packbits(allowed, bitorder="little")
            bits[m, q, : len(packed)] = packed
            near = np.sort(all_distances[q][allowed])[:K]
            truth[m, q, : len(near)] = near
    np.save(s.folder / "masks.npy", bits)
    np.save(kept, truth)
    return bits, truth
