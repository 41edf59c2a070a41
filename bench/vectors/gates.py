"""The gates of the vector engine. Each is printed with its figure, whether it is met or not; what was not measured is said so."""

import dataclasses
import math

import bits
import sweep
import truth


@dataclasses.dataclass
class Gate:
    name: str
    minimum: float
    aim: float
    figure: float | None = None
    note: str = ""

    @property
    def verdict(self):
        if self.figure is None:
            return "not measured"
        return "aim reached" if self.figure >= self.aim else "met" if self.figure >= self.minimum else "NOT met"


class Table:
    """Figures of all sets of a run: results[set][engine]."""

    def __init__(self, results, sets, engines, clock):
        self.results, self.sets, self.engines, self.clock = results, sets, engines, clock

    def speed(self, name, engine, recall):
        return sweep.at_recall(self.results.get(name, {}).get(engine, {}).get("points", []), recall, self.clock)

    def best(self, name, recall, own, kinds=None):
        """(QPS, engine) of the fastest at that recall."""
        found = [(self.speed(name, e.name, recall), e.name) for e in self.engines.get(name, ())
                 if e.own == own and (e.kind != "flat" if kinds is None else e.kind in kinds)]
        return max([f for f in found if f[0]], default=(None, "no engine reaches it"))

    def dense(self, least=128):
        return [n for n, s in self.sets.items() if s.dimension >= least and s.metric not in bits.METRICS]

    def mean(self, ratio, least=128):
        """Geometric mean of a ratio over the sets of at least so many dimensions; a set without it makes the mean incomplete, and named."""
        found = {n: ratio(n) for n in self.dense(least)}
        known = {n: r for n, r in found.items() if r}
        if not known:
            return None, "no set of %d dimensions or more has both" % least
        note = ", ".join("%s %.2f" % i for i in known.items())
        missing = [n for n in found if n not in known]
        return math.exp(sum(map(math.log, known.values())) / len(known)), note + ("; without " + ", ".join(missing) if missing else "")


def over(a, b):
    return a / b if a and b else None


def against(table, kinds, peer, recall=0.95, least=128):
    return table.mean(lambda n: over(table.best(n, recall, True, kinds)[0], table.speed(n, peer, recall)), least)


def search_gates(t):
    graphs = ("graph",)
    yield Gate("graph on full float vectors / hnswlib @.95", 1.5, 2, *against(t, graphs, "hnswlib"))
    yield Gate("graph on 8-bit codes + refine / hnswlib @.95, pure Java", 2.0, 3, *against(t, ("graph-8bit",), "hnswlib"))
    yield Gate("the same with the native accelerator", 2.6, 4, None, "there is no accelerator yet")
    yield Gate("1-bit codes + refine / hnswlib @.95, >= 512 dims", 2, 4, *against(t, ("ivf-rabitq", "graph-1bit"), "hnswlib", least=512))
    for name in t.dense(1):
        for recall, minimum in ((0.95, 1.3), (0.99, 1.1)):
            mine, theirs = t.best(name, recall, True), t.best(name, recall, False)
            yield Gate("best Elanus / best peer on %s @%.2f" % (name, recall), minimum, 2, over(mine[0], theirs[0]), "%s / %s" % (mine[1], theirs[1]))
    for name in ("glosses", "glyphs", "glove", "synthetic"):
        if not any(n.startswith(name) for n in t.sets):
            yield Gate("best Elanus / best peer on %s @.95 and @.99" % name, 1.3, 2, None, "not in this run")
    yield Gate("best Elanus / JVector @.95", 3, 6, *against(t, None, "jvector"))
    yield Gate("best Elanus / Lucene's float graph @.95", 1.7, 3, *against(t, None, "lucene"))


def build_gate(t):
    def seconds(name, engine):
        return t.results.get(name, {}).get(engine, {}).get("build_cpu_s")

    def ratio(name):
        mine = [seconds(name, e.name) for e in t.engines[name] if e.own and e.kind in ("graph", "graph-8bit")]
        return over(seconds(name, "hnswlib"), min([m for m in mine if m], default=None))

    figure, note = t.mean(ratio)
    yield Gate("graph build speed / hnswlib, CPU seconds on one thread", 1.3, 3, figure, note)


def list_gates(t):
    for kind, name in (("ivf-flat", "IVF_FLAT"), ("ivf-sq8", "IVF_SQ8"), ("ivf-pq", "IVF_PQ fast scan"), ("ivf-rabitq", "IVF_RABITQ")):
        yield Gate("%s / faiss @.95" % name, 0.9, 1.3, *against(t, (kind,), "faiss-" + kind))


def flat_gates(t):
    for batch, minimum, aim in ((1, 1.0, 1.2), (100, 0.7, 1.0)):
        def ratio(name):
            speed = {e: next((p[t.clock] for p in t.results[name].get(e, {}).get("points", []) if p["effort"] == batch), None)
                     for e in ("elanus-flat", "faiss-flat")}
            return over(speed["elanus-flat"], speed["faiss-flat"])

        yield Gate("FLAT / faiss, %s" % ("one query" if batch == 1 else "100 queries at once"), minimum, aim, *t.mean(ratio))


def sparse_gate(t):
    name = next((n for n in t.sets if n.startswith("sparse")), None)
    gate = Gate("sparse top-10 of the glosses / Lucene's BM25 search", 1.5, 3, None, "not in this run")
    if name:
        points = t.results[name].get("lucene-bm25", {}).get("points", [])
        if points:
            wanted = max(p["recall"] for p in points)
            mine = t.best(name, wanted, True)
            gate.figure, gate.note = over(mine[0], max(p[t.clock] for p in points)), "%s at Lucene's recall of %.3f" % (mine[1], wanted)
    yield gate


def masked_speed(points, mask, wanted, clock):
    return max((p[clock] for p in points if p["mask"] == mask and p["recall"] >= wanted), default=None)


def filter_gates(t):
    for name in t.sets:
        results = t.results[name]
        if not any(r.get("masked") for r in results.values()):
            continue
        for m, mask in enumerate(truth.MASKS):
            mine = {e.name: results[e.name]["masked"] for e in t.engines[name] if e.own and results.get(e.name, {}).get("masked")}
            theirs = {e.name: results[e.name]["masked"] for e in t.engines[name] if not e.own and results.get(e.name, {}).get("masked")}
            recall = max((p["recall"] for ps in mine.values() for p in ps if p["mask"] == m), default=None)
            yield Gate("filter %s on %s: recall" % (mask, name), 0.98, 0.99, recall)
            own, own_name = max(((masked_speed(ps, m, 0.98, t.clock) or 0, n) for n, ps in mine.items()), default=(0, "-"))
            peer, peer_name = max(((masked_speed(ps, m, 0.98, t.clock) or 0, n) for n, ps in theirs.items()), default=(0, "-"))
            figure, note = over(own, peer), "%s %.0f / %s %.0f" % (own_name, own, peer_name, peer)
            if not peer:
                figure, note = (math.inf, "no peer reaches .98, %s does" % own_name) if theirs and own else (None, "nobody measured reaches .98")
            elif not own:
                figure = 0.0
            yield Gate("filter %s on %s: QPS / best peer that reaches .98" % (mask, name), 1.0, 1.5, figure, note)


def kernel_gate(kernels):
    """No ratio: a kernel that the compiler no longer inlines is found here, not by users."""
    slow = ["%s %s %d: %.0f ns" % (k["type"], k["distance"], k["dimension"], k["ns"]) for k in kernels if k["ns"] > k["bound"]]
    share = 1 - len(slow) / len(kernels) if kernels else None
    yield Gate("share of kernels within the bound of their inlined form", 1.0, 1.0, share, ", ".join(slow))


def stream_gate(figure, note):
    yield Gate("searches while 500 rows/s stream in / idle", 0.7, 0.9, figure, note)


def all_gates(table, streaming, kernels):
    gates = [*search_gates(table), *build_gate(table), *list_gates(table), *flat_gates(table), *sparse_gate(table)]
    masks = list(filter_gates(table))
    return gates + (masks or [Gate("filtered, nine masks", 0.98, 0.99, None, "not in this run")]) + [*stream_gate(*streaming), *kernel_gate(kernels)]
