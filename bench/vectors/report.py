"""The tables of a run as Markdown."""

import sweep
import truth


def number(value, form="%.0f"):
    return "-" if value is None else form % value


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(c) for c in line) + " |" for line in lines) + "\n"


def state(result):
    if "refused" in result:
        return "not built yet: " + " ".join(result["refused"].split())[:100]
    if "failed" in result:
        return "failed: " + result["failed"][:120]
    return ""


def order(t, name):
    """Fastest at .95 first."""
    return sorted(t.engines[name], key=lambda e: -(t.speed(name, e.name, 0.95) or t.speed(name, e.name, 0.9) or 0))


def speeds(t, name):
    """One row an engine: QPS at equal recall, cost, and how it stands to hnswlib (sparse: to Lucene)."""
    s, results = t.sets[name], t.results[name]
    anchor = "lucene-bm25" if name.startswith("sparse") else {"HAMMING": "faiss-bin-flat", "MHJACCARD": "elanus-signatures"}.get(s.metric, "hnswlib")
    head = ["engine", *("QPS @%.2f" % r for r in sweep.RECALLS), "most recall", "/ %s @.95" % anchor, "@.99", "build s (CPU)", "B/row", "busy", ""]
    rows = []
    for e in order(t, name):
        r = results.get(e.name)
        if r is None or "refused" in r:
            continue
        points = r.get("points", [])
        qps = [t.speed(name, e.name, recall) for recall in sweep.RECALLS]
        ratios = [a and b and "%.2f" % (a / b) or "-" for a, b in ((q, t.speed(name, anchor, w)) for q, w in zip(qps[1:], sweep.RECALLS[1:]))]
        rows.append([
            "**%s**" % e.name if e.own else e.name, *(("≥ " if sweep.is_bound(points, w) else "") + number(q) for q, w in zip(qps, sweep.RECALLS)), number(max((p["recall"] for p in points), default=None), "%.3f"), *ratios,
            "%.1f (%.1f)" % (r["build_s"], r["build_cpu_s"]) if "build_s" in r else "-", number(r["bytes"] / s.rows if "bytes" in r else None),
            number(r.get("machine_busy"), "%.1f"), state(r) or r.get("from", "")])
    refused = ["%s (%s)" % (e.name, e.library) for e in t.engines[name] if "refused" in results.get(e.name, {})]
    return table(head, rows) + ("\nNot built yet: %s.\n" % ", ".join(refused) if refused else "")


def ratios(t, name):
    """Each family of Elanus over each peer, QPS at .95 and .99."""
    has = lambda e: t.speed(name, e.name, 0.95)
    mine = [e for e in order(t, name) if e.own and has(e) and e.kind != "flat"]
    peers = [e for e in order(t, name) if not e.own and has(e) and e.kind != "flat"]
    if not mine or not peers:
        return ""
    rows = []
    for p in peers:
        row = [p.name]
        for e in mine:
            pair = [(t.speed(name, e.name, r), t.speed(name, p.name, r)) for r in (0.95, 0.99)]
            row.append(" · ".join("%.2f" % (a / b) if a and b else "-" for a, b in pair))
        rows.append(row)
    return "Ratio to each peer, @.95 · @.99:\n\n" + table(["peer", *(e.name for e in mine)], rows)


def filters(t, name):
    """QPS (recall) of each effort in the filtered part."""
    rows = []
    for e in t.engines[name]:
        points = t.results[name].get(e.name, {}).get("masked", [])
        if points:
            cells = [" / ".join("%.0f (%.2f)" % (p[t.clock], p["recall"]) for p in points if p["mask"] == m) for m in range(len(truth.MASKS))]
            rows.append(["%s, %s %s" % (e.name, e.effort, " / ".join(map(str, e.masked))), *cells])
    if not rows:
        return ""
    return "Filtered, QPS (recall@10):\n\n" + table(["engine, effort", *truth.MASKS], rows)


def kernel_table(kernels):
    """Nanoseconds a row, in the cache."""
    shapes = sorted({(k["type"], k["distance"]) for k in kernels})
    dimensions = sorted({k["dimension"] for k in kernels})
    by = {(k["type"], k["distance"], k["dimension"]): k for k in kernels}
    cell = lambda k: "%.1f%s" % (k["ns"], " **over %.0f**" % k["bound"] if k["ns"] > k["bound"] else "")
    rows = [[" ".join(s), *(cell(by[(*s, d)]) for d in dimensions)] for s in shapes]
    return "## Kernels\n\nNanoseconds a row of so many dimensions, in the cache.\n\n" + table(["kernel", *map(str, dimensions)], rows)


def gate_table(gates):
    rows = [[g.name, number(g.figure, "%.2f"), "%g" % g.minimum, "%g" % g.aim, g.verdict, g.note] for g in gates]
    return table(["gate", "figure", "minimum", "aim", "verdict", "from"], rows)


def text(t, gates, kernels, title, about):
    parts = ["# Vectors: %s\n\n%s\n" % (title, about)]
    for name, s in t.sets.items():
        shape = "%s rows x %d dimensions" % (format(s.rows, ","), s.dimension) if s.dimension else "%s rows" % format(s.rows, ",")
        parts.append("## %s\n\n%s; %s, %s, data %s.\n" % (name, s.about, shape, s.metric, s.fingerprint()))
        parts += [speeds(t, name), ratios(t, name), filters(t, name)]
    if kernels:
        parts.append(kernel_table(kernels))
    counts = [sum(g.verdict == v for g in gates) for v in ("aim reached", "met", "NOT met", "not measured")]
    parts.append("## Gates\n\n%d reach the aim, %d the minimum, %d do not, %d were not measured.\n" % tuple(counts))
    parts.append(gate_table(gates))
    return "\n".join(p for p in parts if p)
