"""The tables of the parts that were measured, as Markdown."""

import work

STORES = ("kafka", "etcd", "s3")


def number(value, digits=3):
    """Three digits, no exponent; a dash for what was not measured."""
    if value is None:
        return "-"
    return "{:,.0f}".format(value) if abs(value) >= 100 else "%.*g" % (digits, value)


def table(head, lines):
    lines = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(c if isinstance(c, str) else number(c) for c in line) + " |" for line in lines) + "\n"


def ratio(a, b):
    return "%.2f" % (b / a) if a and b else "-"


def compared(name, figure, alone, many):
    """A line of the first table; figure: of one part."""
    a, b = figure(alone), figure(many)
    return [name, a, b, ratio(a, b)]


def insert(i):
    return lambda part: part["insert"][i]


def search(i):
    return lambda part: part["search"][i]


def cost(alone, many):
    """Standalone beside the cluster of two streaming and two query nodes."""
    lines = []
    for i, who in enumerate(("1 client", "4 clients")):
        of = insert(i)
        lines.append(compared("insert, %s: rows/s" % who, lambda p: of(p)["rows_per_s"], alone, many))
        lines.append(compared("a call of 1,000 rows, p50 ms", lambda p: of(p)["p50_ms"], alone, many))
        lines.append(compared("p99 ms", lambda p: of(p)["p99_ms"], alone, many))
        lines.append(compared("CPU ms of 1,000 rows, Elanus", lambda p: work.elanus(of(p)["spent"], of(p)["rows"] / 1e6), alone, many))
        lines.append(compared("… stores", lambda p: work.stores(of(p)["spent"], of(p)["rows"] / 1e6), alone, many))
    for what in ("flush", "index", "load"):
        lines.append(compared("%s, s" % what, lambda p: p["serve"][what + "_s"], alone, many))
    lines.append(compared("CPU s of these three, Elanus", lambda p: work.elanus(p["serve"]["spent"], 1), alone, many))
    for i, who in enumerate(("1 client", "4 clients", "1 client, Strong")):
        of = search(i)
        lines.append(compared("search, %s: searches/s" % who, lambda p: of(p)["per_s"], alone, many))
        lines.append(compared("p50 ms", lambda p: of(p)["p50_ms"], alone, many))
        lines.append(compared("p99 ms", lambda p: of(p)["p99_ms"], alone, many))
        lines.append(compared("CPU ms a search, Elanus", lambda p: work.elanus(of(p)["spent"], of(p)["calls"] / 1e3), alone, many))
        lines.append(compared("… stores", lambda p: work.stores(of(p)["spent"], of(p)["calls"] / 1e3), alone, many))
        lines.append(compared("recall@10", lambda p: of(p)["recall"], alone, many))
    lines.append(compared("idle, CPU ms a second, Elanus", lambda p: work.elanus(p["idle"]["spent"], p["idle"]["seconds"] / 1e3), alone, many))
    lines.append(compared("memory that is no file's, MB, Elanus",
                          lambda p: sum(mb for name, mb in p["memory_mb"].items() if name not in STORES), alone, many))
    return table(["figure", "standalone", "cluster", "cluster / standalone"], lines)


def roles(alone, many):
    """CPU by role of the cluster: where what it costs more is spent."""
    inserted, searched = insert(1)(many), search(1)(many)
    strong = search(2)(many)
    of = {"1,000 rows, 4 clients": (inserted["spent"], inserted["rows"] / 1e6), "a search, 4 clients": (searched["spent"], searched["calls"] / 1e3),
          "a Strong search, 1 client": (strong["spent"], strong["calls"] / 1e3), "a second idle": (many["idle"]["spent"], many["idle"]["seconds"] / 1e3)}
    by = {what: work.by_role(*figures) for what, figures in of.items()}
    names = sorted({name for figures in by.values() for name in figures}, key=lambda name: (name in STORES, name == "client", name))
    megabytes = work.summed_by_role(many["memory_mb"])
    lines = [[name, *(by[what].get(name) for what in of), megabytes.get(name)] for name in names]
    return table(["role", *("CPU ms: " + what for what in of), "memory, MB"], lines)


def exact(alone, many):
    """Ids and scores of the same exact searches."""
    same, farthest = 0, 0.0
    for query, (ids, scores) in alone["exact"].items():
        others, their_scores = many["exact"][query]
        same += ids == others
        farthest = max([farthest, *(abs(a - b) for a, b in zip(scores, their_scores))])
    return "Exact searches (FLAT, Strong, no ties among the first ten): %d of %d have the same ids in the same order; scores differ by %g at most.\n" % (
        same, len(alone["exact"]), farthest)


def at_nodes(runs):
    """Search at 1, 2 and 4 query nodes, by work."""
    lines = []
    for run in runs:
        per = work.by_process(run["spent"], run["calls"] / 1e3)
        query = {name: ms for name, ms in per.items() if name.startswith("querynode")}
        held = run["held"]
        lines.append([str(run["query_nodes"]), run["per_s"], run["recall"], sum(query.values()), max(query.values()),
                      "%.0f%%" % (100 * max(query.values()) / sum(query.values())), " / ".join("%d" % h["segments"] for h in held.values()),
                      " / ".join("{:,.0f}".format(h["rows"]) for h in held.values()), " / ".join("%.0f" % (h["bytes"] / 1e6) for h in held.values()),
                      work.sum_of(per, "proxy"), work.largest_of(per, "streamingnode"), work.bound(per)])
    return table(["query nodes", "searches/s on this machine", "recall@10", "CPU ms a search: query nodes", "busiest of them", "its share",
                  "segments", "rows", "MB", "proxy", "busiest streaming node", "searches/s that a core for each would give, and who bounds them"], lines)


def growth(parts):
    told = {nodes: seconds for name in ("search-1", "search-4") for nodes, seconds in parts.get(name, {}).get("growth_s", {}).items()}
    return "".join("Segments were spread over %s nodes %s s after the last of them was ready.\n" % (nodes, number(s)) for nodes, s in told.items())


def at_channels(parts):
    """Insert at 1, 2 and 4 channels and streaming nodes, by work."""
    lines = []
    for run in parts:
        per = work.by_process(run["spent"], run["rows"] / 1e6)
        nodes = {name: ms for name, ms in per.items() if name.startswith("streamingnode")}
        held = run["held"]
        lines.append([str(run["channels"]), run["rows_per_s"], run["p50_ms"], run["p99_ms"], sum(nodes.values()), max(nodes.values()),
                      "%.0f%%" % (100 * max(nodes.values()) / sum(nodes.values())), " / ".join("{:,.0f}".format(h["rows"]) for h in held.values()),
                      " / ".join("%.0f" % (h["log_bytes"] / 1e6) for h in held.values()), work.sum_of(per, "proxy"), per.get("kafka"),
                      work.bound({name: ms / 1000 for name, ms in per.items() if name != "kafka"})])
    return table(["channels = streaming nodes", "rows/s on this machine", "call p50 ms", "p99 ms", "CPU ms of 1,000 rows: streaming nodes",
                  "busiest of them", "its share", "rows", "MB of log", "proxy", "Kafka (one broker)",
                  "rows/s that a core for each would give, Kafka apart, and who bounds them"], lines)


def moves(part):
    lines = []
    for move in part["moves"]:
        took = max(0.0, move["took_s"] - part["command_s"]) if move["took_s"] else None
        lines.append([move["what"], took, *(None if pause is None else pause * 1e3 for pause in move["pauses_s"].values())])
    failed = ", ".join("%s %d of %d" % (kind, n, part["calls"][kind]) for kind, n in part["failed"].items())
    return table(["moved", "s, the %.2f s of the command itself apart" % part["command_s"],
                  *("longest pause of a client, ms: " + kind for kind in part["moves"][0]["pauses_s"])], lines) + "\nCalls that failed: %s.\n" % failed


def oracle(part):
    lines = []
    for run in part["oracle"]:
        per = work.by_role(run["spent"], run["calls"] / 1e3)
        lines.append([str(run["threads"]), str(run["count"]), run["per_s"], run["p50_ms"], run["p99_ms"], per.get("mixcoord"), per.get("etcd")])
    return table(["at once", "timestamps a request", "requests/s", "p50 ms", "p99 ms", "CPU ms a request, coordinator", "etcd"], lines)


def about(parts):
    newest = max(parts.values(), key=lambda part: part["date"])
    commits = sorted({part["commit"] for part in parts.values()})
    return "# Cluster: %s\n\n%s, %d cores, commit %s; %s WordNet glosses of 384 dimensions, cosine, HNSW M 16 efConstruction 200, ef 64, 4 shards.\n" % (
        newest["date"][:10], newest["machine"], newest["cores"], ", ".join(commits), format(newest["rows"], ",")) + """
All processes, stores and clients included, share the cores of one machine: wall times tell what it is like there, CPU what it costs. CPU of the JVM's
compilers is left out. A core for each: what one core of its own for every process would give if nothing but CPU counted, by the busiest of them.
"""


def text(parts):
    out = [about(parts)]
    alone, many = parts.get("standalone"), parts.get("cluster")
    if alone and many:
        out += ["## Cost\n\nThe cluster: 4 channels, 2 streaming and 2 query nodes, a proxy, one process of coordinators, one of data and index node; a broker, etcd"
                " and an S3 server.\n", cost(alone, many), exact(alone, many), "CPU by role in the cluster:\n", roles(alone, many)]
    runs = [parts[name]["nodes"] for name in ("search-1", "cluster", "search-4") if name in parts]
    if runs:
        out += ["## Search at 1, 2 and 4 query nodes\n\n4 clients.\n", at_nodes(runs), growth(parts)]
    channels = [parts["insert-%d" % n] for n in (1, 2, 4) if "insert-%d" % n in parts]
    if channels:
        out += ["## Insert at 1, 2 and 4 channels\n\n4 clients, calls of 1,000 rows.\n", at_channels(channels)]
    if "moves" in parts:
        out += ["## Moves under load\n\nThree clients, one call after another: a search, a Strong one, and inserts of 100 rows.\n", moves(parts["moves"])]
    if "oracle" in parts:
        out += ["## Timestamps\n\nOne client process with so many requests at once.\n", oracle(parts["oracle"])]
    return "\n".join(out)
