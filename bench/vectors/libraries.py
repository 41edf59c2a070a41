"""The peers with a Python binding, behind one shape: build, save, load, effort, search, and filtered search where the library has it.

Every library is held to one thread. Rows of cosine sets are unit vectors, so inner product serves for them.
"""

import importlib.metadata
import json
import os

import numpy as np

BUILD = {"M": 16, "ef_construction": 200}


class Hnswlib:
    package = "hnswlib"

    def __init__(self, rows, dimension, metric, params):
        import hnswlib

        self.index = hnswlib.Index("l2" if metric == "L2" else "ip", dimension)
        self.rows, self.params = rows, params

    def build(self, base):
        self.index.init_index(len(base), ef_construction=self.params["efConstruction"], M=self.params["M"], random_seed=100)
        self.index.set_num_threads(1)
        self.index.add_items(base, np.arange(len(base)), num_threads=1)

    def save(self, folder):
        self.index.save_index(str(folder / "index"))

    def load(self, folder):
        self.index.load_index(str(folder / "index"), max_elements=self.rows)
        self.index.set_num_threads(1)

    def effort(self, value):
        self.index.set_ef(value)

    def search(self, query, k):
        return self.index.knn_query(query, k, num_threads=1)[0][0]

    def allow(self, bits):
        allowed = np.unpackbits(bits, bitorder="little").astype(bool).tolist()
        return allowed.__getitem__

    def search_allowed(self, query, k, allowed):
        try:
            return self.index.knn_query(query, k, num_threads=1, filter=allowed)[0][0]
        except RuntimeError:  # it found fewer than k
            return np.full(k, -1)


class Faiss:
    package = "faiss-cpu"

    def __new__(cls, rows, dimension, metric, params):
        return FaissBits(dimension, params) if metric == "HAMMING" else super().__new__(cls)

    def __init__(self, rows, dimension, metric, params):
        import faiss

        faiss.omp_set_num_threads(1)
        self.faiss, self.params = faiss, params
        self.blas_threshold = faiss.cvar.distance_compute_blas_threshold
        self.metric = faiss.METRIC_L2 if metric == "L2" else faiss.METRIC_INNER_PRODUCT
        self.dimension = dimension

    def build(self, base):
        self.index = self.faiss.index_factory(self.dimension, self.params["factory"], self.metric)
        base = np.ascontiguousarray(base)
        if "HNSW" in self.params["factory"]:
            self.index.hnsw.efConstruction = BUILD["ef_construction"]
        if not self.index.is_trained:
            random = np.random.default_rng(1)
            sample = np.sort(random.choice(len(base), min(len(base), 100_000), replace=False))
            self.index.train(base[sample])
        self.index.add(base)

    def save(self, folder):
        self.faiss.write_index(self.index, str(folder / "index"))

    def load(self, folder):
        self.index = self.faiss.read_index(str(folder / "index"))

    def effort(self, value):
        self.value = value
        self.how = self.parameters()
        if self.params["factory"] == "Flat":  # by default a batch of 100 is no faster than its queries one by one
            self.faiss.cvar.distance_compute_blas_threshold = 20 if value >= 20 else self.blas_threshold

    def parameters(self, **selector):
        """What one search hands over; the parts are kept alive by the caller."""
        f, factory = self.faiss, self.params["factory"]
        if factory == "Flat":
            return f.SearchParameters(**selector) if selector else None
        if "HNSW" in factory:
            return f.SearchParametersHNSW(efSearch=self.value, **selector)
        parts = [f.SearchParametersIVF(nprobe=self.value, **selector)]
        if factory.startswith("RR"):
            parts.append(f.SearchParametersPreTransform(index_params=parts[-1]))
        if factory.endswith("RFlat"):
            parts.append(f.IndexRefineSearchParameters(k_factor=self.params["refine"], base_index_params=parts[-1]))
        self.kept = getattr(self, "kept", []) + parts
        return parts[-1]

    def search(self, query, k):
        found = self.index.search(query.reshape(-1, self.dimension), k, params=self.how)[1]
        return found[0] if query.ndim == 1 else found

    def allow(self, bits):
        bits = np.ascontiguousarray(bits)
        selector = self.faiss.IDSelectorBitmap(bits)
        return self.parameters(sel=selector), selector, bits

    def search_allowed(self, query, k, allowed):
        return self.index.search(query.reshape(1, -1), k, params=allowed[0])[1][0]


class FaissBits:
    """faiss over rows of bits, uint8."""

    def __init__(self, dimension, params):
        import faiss

        faiss.omp_set_num_threads(1)
        self.faiss, self.kind, self.bits = faiss, params["factory"], 8 * dimension

    def build(self, base):
        f = self.faiss
        base = np.ascontiguousarray(base)
        if self.kind.startswith("BIVF"):
            quantizer = f.IndexBinaryFlat(self.bits)
            self.index = f.IndexBinaryIVF(quantizer, self.bits, int(self.kind[4:]))
            self.index.train(base)
        elif self.kind.startswith("BHNSW"):
            self.index = f.IndexBinaryHNSW(self.bits, int(self.kind[5:]))
            self.index.hnsw.efConstruction = BUILD["ef_construction"]
        else:
            self.index = f.IndexBinaryFlat(self.bits)
        self.index.add(base)

    def save(self, folder):
        self.faiss.write_index_binary(self.index, str(folder / "index"))

    def load(self, folder):
        self.index = self.faiss.read_index_binary(str(folder / "index"))

    def effort(self, value):
        if self.kind.startswith("BIVF"):
            self.index.nprobe = value
        elif self.kind.startswith("BHNSW"):
            self.index.hnsw.efSearch = value

    def search(self, query, k):
        found = self.index.search(query.reshape(-1, self.bits // 8), k)[1]
        return found[0] if query.ndim == 1 else found


class Usearch:
    package = "usearch"

    def __init__(self, rows, dimension, metric, params):
        from usearch.index import Index

        self.index = Index(
            ndim=dimension, metric="l2sq" if metric == "L2" else "ip" if params["dtype"] == "f32" else "cos", dtype=params["dtype"],
            connectivity=BUILD["M"], expansion_add=BUILD["ef_construction"])

    def build(self, base):
        self.index.add(np.arange(len(base)), np.ascontiguousarray(base), threads=1)

    def save(self, folder):
        self.index.save(str(folder / "index"))

    def load(self, folder):
        self.index.load(str(folder / "index"))

    def effort(self, value):
        self.index.expansion_search = value

    def search(self, query, k):
        return self.index.search(query, k, threads=1).keys


class Svs:
    package = "scalable-vs"

    def __init__(self, rows, dimension, metric, params):
        import svs

        self.svs = svs
        self.distance = svs.DistanceType.L2 if metric == "L2" else svs.DistanceType.MIP
        self.alpha = 1.2 if metric == "L2" else 0.95

    def build(self, base):
        how = self.svs.VamanaBuildParameters(alpha=self.alpha, graph_max_degree=32, window_size=200)
        self.index = self.svs.Vamana.build(how, np.ascontiguousarray(base), self.distance, num_threads=1)

    def save(self, folder):
        self.index.save(*(str(folder / part) for part in ("config", "graph", "data")))

    def load(self, folder):
        graph, data = self.svs.GraphLoader(str(folder / "graph")), self.svs.VectorDataLoader(str(folder / "data"))
        self.index = self.svs.Vamana(str(folder / "config"), graph, data, self.distance, num_threads=1)

    def effort(self, value):
        self.index.search_window_size = value

    def search(self, query, k):
        return self.index.search(query.reshape(1, -1), k)[0][0]


class Vsag:
    package = "pyvsag"

    def __init__(self, rows, dimension, metric, params):
        import pyvsag

        how = {"base_quantization_type": params["codes"], "max_degree": 32, "ef_construction": BUILD["ef_construction"],
               "build_thread_count": 1}
        if params["codes"] != "fp32":
            how.update(use_reorder=True, precise_quantization_type="fp32")
        self.dimension = dimension
        self.index = pyvsag.Index("hgraph", json.dumps(
            {"dtype": "float32", "metric_type": "l2" if metric == "L2" else "ip", "dim": dimension, "index_param": how}))

    def build(self, base):
        self.index.build(np.array(base), np.arange(len(base)), len(base), self.dimension)  # it aborts on read-only memory

    def save(self, folder):
        self.index.save(str(folder / "index"))

    def load(self, folder):
        self.index.load(str(folder / "index"))

    def effort(self, value):
        self.how = json.dumps({"hgraph": {"ef_search": value}})

    def search(self, query, k):
        return self.index.knn_search(query, k, self.how)[0]


LIBRARIES = {c.__name__.lower(): c for c in (Hnswlib, Faiss, Usearch, Svs, Vsag)}


def version(library):
    return importlib.metadata.version(LIBRARIES[library].package)


def one_thread():
    """To be called before any library is loaded."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
