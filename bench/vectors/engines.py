"""Who takes part: index families of Elanus and peers, one row of parameters each. A new family needs a row here and nothing else."""

import dataclasses
import hashlib
import json

GRAPH = (10, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192, 256, 384, 512)
LISTS = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
BATCHES = (1, 100)
# Their place among the others is seen on the glosses, by one fork; built for every set they would double the hours of a run.
ONCE = ("elanus-hnsw-sq4u", "elanus-hnsw-pq", "elanus-hnsw-prq", "elanus-aisaq", "elanus-annoy", "usearch", "usearch-i8", "faiss-hnsw", "vsag")
MASKED_GRAPH, MASKED_LISTS = (16, 64, 96, 256), (4, 16, 64, 256)


@dataclasses.dataclass(frozen=True)
class Engine:
    name: str
    kind: str  # what the gates compare: graph, graph-8bit, graph-1bit, flat, ivf-flat, ivf-sq8, ivf-pq, ivf-rabitq, sparse, other
    how: str  # elanus, python or java
    library: str  # index type of Elanus, class in libraries.py, or the runner in Java
    effort: str
    efforts: tuple
    params: dict = dataclasses.field(default_factory=dict)
    search: dict = dataclasses.field(default_factory=dict)
    masked: tuple = ()  # efforts of the filtered part; empty: the library does not filter
    least_dimension: int = 0

    @property
    def own(self):
        return self.how == "elanus"

    def key(self, s, version, machine, clock=""):
        """Names the built index of a peer: library, version, data, parameters, machine."""
        text = json.dumps([self.name, self.library, version, self.params, s.fingerprint(), machine, clock], sort_keys=True)
        return "%s-%s" % (self.name, hashlib.sha1(text.encode()).hexdigest()[:12])


def elanus(name, kind, index, effort, efforts, params=None, search=None, masked=(), **more):
    return Engine("elanus-" + name, kind, "elanus", index, effort, efforts, params or {}, search or {}, masked, **more)


def subspaces(dimension, wide):
    """As many parts of a row as are at least so wide and all of one width."""
    return dimension // next(w for w in range(wide, dimension + 1) if dimension % w == 0)


def families(s):
    """The index families of Elanus for a dense set; those that are not built yet are said to be so by the run itself."""
    graph = {"M": 16, "efConstruction": 200}
    lists = {"nlist": s.lists}
    refined = {"refine": "true", "refine_type": "FP32"}
    nprobe = tuple(n for n in LISTS if n <= s.lists)
    return [
        elanus("flat", "flat", "FLAT", "batch", BATCHES, masked=(1,)),
        elanus("hnsw", "graph", "HNSW", "ef", GRAPH, graph, masked=MASKED_GRAPH),
        elanus("hnsw-sq8", "graph-8bit", "HNSW_SQ", "ef", GRAPH, {**graph, "sq_type": "SQ8", **refined}, {"refine_k": 2}, MASKED_GRAPH),
        elanus("hnsw-sq4u", "graph-4bit", "HNSW_SQ", "ef", GRAPH, {**graph, "sq_type": "SQ4U", **refined}, {"refine_k": 4}),
        elanus("hnsw-rabitq", "graph-1bit", "HNSW_SQ", "ef", GRAPH, {**graph, "sq_type": "RABITQ", **refined}, masked=MASKED_GRAPH),
        elanus("hnsw-pq", "graph-pq", "HNSW_PQ", "ef", GRAPH, {**graph, "m": subspaces(s.dimension, 4 if s.dimension >= 128 else 2), "nbits": 8, **refined}, {"refine_k": 2}),
        elanus("hnsw-prq", "graph-pq", "HNSW_PRQ", "ef", GRAPH, {**graph, "m": subspaces(s.dimension, 8 if s.dimension >= 128 else 4), "nrq": 2, "nbits": 8, **refined}, {"refine_k": 2}),
        elanus("diskann", "disk", "DISKANN", "search_list", GRAPH),
        elanus("aisaq", "disk", "AISAQ", "search_list", GRAPH),
        elanus("ivf-flat", "ivf-flat", "IVF_FLAT", "nprobe", nprobe, lists, masked=MASKED_LISTS),
        elanus("ivf-sq8", "ivf-sq8", "IVF_SQ8", "nprobe", nprobe, lists),
        elanus("ivf-pq", "ivf-pq", "IVF_PQ", "nprobe", nprobe, {**lists, "m": s.dimension // 2, "nbits": 4, **refined},
               {"refine_k": 10 if s.dimension >= 128 else 100}, MASKED_LISTS),
        elanus("ivf-rabitq", "ivf-rabitq", "IVF_RABITQ", "nprobe", nprobe, {**lists, **refined}, {"refine_k": 20}, MASKED_LISTS),
        elanus("ivf-rabitq-fs", "ivf-rabitq", "IVF_RABITQ_FASTSCAN", "nprobe", nprobe, {**lists, **refined}, {"refine_k": 20}, MASKED_LISTS),
        elanus("scann", "ivf-pq", "SCANN", "nprobe", nprobe, {**lists, "with_raw_data": "true"}, {"reorder_k": 100 if s.dimension >= 128 else 300}, MASKED_LISTS),
        elanus("annoy", "other", "ANNOY", "search_k", (400, 1600, 6400, 12800, 25600), {"n_trees": 16}),
        elanus("auto", "auto", "AUTOINDEX", "target_recall", (0.8, 0.85, 0.9, 0.95, 0.98, 0.99), masked=(0.98,)),
    ]


def peers(s):
    nprobe = tuple(n for n in LISTS if n <= s.lists)
    pq = {"factory": "IVF%d,PQ%dx4fs,RFlat" % (s.lists, s.dimension // 2), "refine": 10 if s.dimension >= 128 else 100}
    bits = {"factory": "RR%d,IVF%d,RaBitQfs,RFlat" % (s.dimension, s.lists), "refine": 20}
    all_lists = tuple(n for n in (4, 16, 64, s.lists) if n <= s.lists)
    faiss = lambda name, kind, effort, efforts, params, masked=(): Engine(
        "faiss-" + name, kind, "python", "faiss", effort, efforts, params, masked=masked)
    cosine_only = [Engine("usearch-i8", "graph-8bit", "python", "usearch", "ef", GRAPH, {"dtype": "i8"})]  # its codes suppose unit vectors
    return [
        Engine("hnswlib", "graph", "python", "hnswlib", "ef", GRAPH, {"M": 16, "efConstruction": 200}, masked=(64, 256)),
        faiss("flat", "flat", "batch", BATCHES, {"factory": "Flat"}, (1,)),
        faiss("hnsw", "graph", "ef", GRAPH, {"factory": "HNSW16"}, MASKED_GRAPH),
        faiss("hnsw-sq8", "graph-8bit", "ef", GRAPH, {"factory": "HNSW16,SQ8"}),
        faiss("ivf-flat", "ivf-flat", "nprobe", nprobe, {"factory": "IVF%d,Flat" % s.lists}, all_lists),
        faiss("ivf-sq8", "ivf-sq8", "nprobe", nprobe, {"factory": "IVF%d,SQ8" % s.lists}),
        faiss("ivf-pq", "ivf-pq", "nprobe", nprobe, pq, all_lists),
        faiss("ivf-rabitq", "ivf-rabitq", "nprobe", nprobe, bits),
        Engine("usearch", "graph", "python", "usearch", "ef", GRAPH, {"dtype": "f32"}),
        *(cosine_only if s.metric == "COSINE" else ()),
        Engine("svs", "graph", "python", "svs", "window", GRAPH),
        Engine("vsag-sq8", "graph-8bit", "python", "vsag", "ef", GRAPH, {"codes": "sq8_uniform"}),
        Engine("vsag", "graph", "python", "vsag", "ef", GRAPH, {"codes": "fp32"}),
        Engine("jvector", "graph", "java", "JVectorRunner", "rerank_k", GRAPH, {"M": 32, "beam": 200}, masked=(64, 256)),
        Engine("lucene", "graph", "java", "LuceneRunner", "k", GRAPH, {"M": 16, "efConstruction": 200}, masked=(64, 256)),
    ]


def sparse_engines():
    return [
        elanus("sparse", "sparse", "SPARSE_INVERTED_INDEX", "drop_ratio_search", (0, 0.2, 0.4)),
        elanus("sparse-wand", "sparse", "SPARSE_WAND", "drop_ratio_search", (0, 0.2, 0.4), {"inverted_index_algo": "DAAT_WAND"}),
        elanus("sparse-auto", "sparse", "AUTOINDEX", "target_recall", (0.95, 0.99)),
        Engine("lucene-bm25", "sparse", "java", "LuceneRunner", "k", (10,), {"text": "BM25"}),
    ]


def bit_engines(s):
    nprobe = tuple(n for n in LISTS if n <= s.lists)
    faiss = lambda name, kind, effort, efforts, factory: Engine("faiss-" + name, kind, "python", "faiss", effort, efforts, {"factory": factory})
    return [
        elanus("bin-flat", "flat", "BIN_FLAT", "batch", BATCHES),
        elanus("bin-ivf-flat", "bin-ivf", "BIN_IVF_FLAT", "nprobe", nprobe, {"nlist": s.lists}),
        elanus("bin-hnsw", "bin-graph", "HNSW", "ef", GRAPH, {"M": 16, "efConstruction": 200}),
        faiss("bin-flat", "flat", "batch", BATCHES, "BFlat"),
        faiss("bin-ivf", "bin-ivf", "nprobe", nprobe, "BIVF%d" % s.lists),
        faiss("bin-hnsw", "bin-graph", "ef", GRAPH, "BHNSW16"),
    ]


def signature_engines():
    """No library of a run looks signatures up: they stand beside the scan. Effort is the number of bands, which are built."""
    return [
        elanus("signatures", "flat", "BIN_FLAT", "batch", (1,), {"mh_element_bit_width": 32}),
        *(elanus("minhash-%d" % bands, "minhash", "MINHASH_LSH", "refine_k", (1,), {"mh_element_bit_width": 32, "mh_lsh_band": bands}) for bands in (16, 32, 64)),
    ]


def of(s):
    if s.name.startswith("sparse"):
        return sparse_engines()
    if s.metric == "HAMMING":
        return bit_engines(s)
    if s.metric == "MHJACCARD":
        return signature_engines()
    everyone = families(s) + peers(s)
    if s.name == "synthetic":  # the set for scale: hnswlib and one peer of 8-bit codes
        return [e for e in everyone if e.name in ("elanus-hnsw", "elanus-hnsw-rabitq", "elanus-auto", "hnswlib", "vsag-sq8")]
    return everyone


def chosen(name, only, of_set):
    """Whether --only names it, in full or by the beginning of its name with a star; of a run of all, whether it takes part in a set."""
    if not only:
        return of_set == "glosses" or name not in ONCE
    return any(name == o or (o.endswith("*") and name.startswith(o[:-1])) for o in only)
