"""The data sets: each a named generator, made once and kept under build/bench/vectors/sets.

A folder holds base.npy and query.npy (float32, row-major; unit vectors where the metric is cosine), or, for sparse rows, the files that
sparse.py names. Everything is seeded.
"""

import dataclasses
import hashlib
import math
import pathlib

import numpy as np

import asked
import bits

QUERIES = 1000


@dataclasses.dataclass(frozen=True)
class Set:
    name: str
    metric: str  # COSINE, L2, or one of bits.py
    folder: pathlib.Path
    about: str

    def array(self, name):
        return np.load(self.folder / (name + ".npy"), mmap_mode="r")

    @property
    def rows(self):
        return self.array("base").shape[0]

    @property
    def dimension(self):
        """Elements of a row; of rows of bits the bits."""
        base = self.array("base")
        return base.shape[1] * (8 * base.itemsize if base.dtype.kind == "u" else 1)

    @property
    def lists(self):
        """Inverted lists for this many rows: the power of two next to 1.3 times their root."""
        return 2 ** round(math.log2(1.3 * math.sqrt(self.rows)))

    def fingerprint(self):
        kept = self.folder / "sha1"
        if not kept.exists():
            digest = hashlib.sha1()
            for name in ("base.npy", "query.npy"):
                with open(self.folder / name, "rb") as f:
                    while block := f.read(1 << 24):
                        digest.update(block)
            kept.write_text(digest.hexdigest()[:16])
        return kept.read_text()


def save(folder, base, query):
    folder.mkdir(parents=True, exist_ok=True)
    kind = base.dtype if base.dtype.kind == "u" else np.float32
    np.save(folder / "query.npy", np.ascontiguousarray(query, kind))
    np.save(folder / "base.tmp.npy", np.ascontiguousarray(base, kind))
    (folder / "base.tmp.npy").rename(folder / "base.npy")


def unit(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def glosses(folder, work, embedded="wn384"):
    save(folder, np.load(work / embedded / "base.npy"), np.load(work / embedded / "query.npy"))
    for name in ("base.txt", "query.txt"):
        (folder / name).write_bytes((work / embedded / name).read_bytes())


def all_glosses(folder, work):
    glosses(folder, work, "wn384-all")


def glove(folder, work):
    """Word vectors of 50 dimensions; the package carries them as one .npy file."""
    found = sorted((work / "venvs/glove").glob("lib/python*/site-packages/**/*.npy"), key=lambda p: -p.stat().st_size)
    rows = np.load(found[0])
    rows = unit(rows[np.linalg.norm(rows, axis=1) > 0])
    order = np.random.default_rng(7).permutation(len(rows))
    save(folder, rows[order[QUERIES:]], rows[order[:QUERIES]])


def glyphs(folder, work):
    import glyphs as drawing

    images = drawing.draw(work / "vectors/fonts", 180_000 + QUERIES)
    save(folder, images[QUERIES:], images[:QUERIES])


def synthetic(folder, work, rows=1_000_000, dimension=768, clusters=2000, subspaces=20, rank=32):
    """Clusters of unequal size that spread within few shared subspaces, plus noise in all directions; queries come from the same source."""
    random = np.random.default_rng(11)
    bases = [np.linalg.qr(random.standard_normal((dimension, rank)))[0].astype(np.float32) for _ in range(subspaces)]
    centers = unit(random.standard_normal((clusters, dimension)))
    share = random.pareto(1.5, clusters) + 0.2
    share /= share.sum()
    folder.mkdir(parents=True, exist_ok=True)
    total = rows + QUERIES
    out = np.lib.format.open_memmap(folder / "all.npy", "w+", np.float32, (total, dimension))
    for start in range(0, total, 20_000):
        size = min(20_000, total - start)
        cluster = random.choice(clusters, size, p=share)
        block = centers[cluster].copy()
        for s in range(subspaces):
            mine = np.nonzero(cluster % subspaces == s)[0]
            block[mine] += 0.8 / math.sqrt(rank) * random.standard_normal((len(mine), rank)).astype(np.float32) @ bases[s].T
        block += 0.2 / math.sqrt(dimension) * random.standard_normal((size, dimension)).astype(np.float32)
        out[start : start + size] = unit(block)
    save(folder, out[QUERIES:], out[:QUERIES])
    (folder / "all.npy").unlink()


def signs(folder, work):
    save(folder, *(bits.signs(np.load(work / "wn384" / (name + ".npy"))) for name in ("base", "query")))


def signatures(folder, work):
    texts = lambda name: (work / "wn384" / (name + ".txt")).read_text(encoding="utf-8").split("\n")[:-1]
    save(folder, bits.signatures(texts("base")), bits.signatures(texts("query")))


SETS = {
    "glosses": (glosses, "60,000 WordNet glosses, MiniLM"),
    "glosses-all": (all_glosses, "all WordNet glosses, MiniLM"),
    "glyphs": (glyphs, "28x28 glyph images of Debian's fonts"),
    "glove": (glove, "GloVe 6B words, angular"),
    "synthetic": (synthetic, "clusters in few subspaces, seeded"),
    "bits": (signs, "signs of the embedded glosses"),
    "signatures": (signatures, "MinHash signatures of the glosses' words"),
}


def load(name, work, rows=None):
    """The set of that name, made if it is not there; cut to its first rows for a trial."""
    make, about = SETS[name]
    folder = work / "vectors/sets" / name
    if not (folder / "base.npy").exists():
        print("making the data set %s ..." % name, flush=True)
        make(folder, work)
    if rows:
        cut = folder.with_name("%s-%d" % (name, rows))
        if not (cut / "base.npy").exists():
            save(cut, np.load(folder / "base.npy", mmap_mode="r")[:rows], np.load(folder / "query.npy"))
        folder, about = cut, about + ", cut to %d rows" % rows
    return Set(name, asked.SETS[name], folder, about)
