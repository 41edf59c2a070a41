"""Where the gates stand by the results that are stored: the newest of each set, together. `./elanus bench vectors --gates` writes bench/results/vectors-gates.md."""

import argparse
import json
import pathlib
import re
import types

import engines
import gates
import report
import truth


def newest(folder):
    """The newest result of each set, by the names of files; parts by themselves are named after what they are of."""
    found = {}
    for path in sorted(folder.glob("vectors-*.json")):
        what = re.fullmatch(r"vectors-(\d+)-[^-]+-(.+)", path.stem)
        if what and what[2] not in ("quick", "parts"):
            found[what[2]] = path
    return found


def table(stored):
    results, sets, everyone = {}, {}, {}
    for name, s in stored["sets"].items():
        sets[name] = types.SimpleNamespace(name=name, rows=s["rows"], dimension=s["dimension"], metric=s["metric"], lists=256)
        results[name] = stored["results"][name]
        everyone[name] = [e for e in engines.of(sets[name]) if e.name in results[name]]
    return gates.Table(results, sets, everyone, stored["clock"])


def joined(tables):
    whole = gates.Table({}, {}, {}, "qps")
    for t in tables:
        whole.results.update(t.results)
        whole.sets.update(t.sets)
        whole.engines.update(t.engines)
    return whole


def absent(t):
    """Peers of each set that were not measured there."""
    for name, s in t.sets.items():
        missing = [e.name for e in engines.of(s) if not e.own and e.name not in t.results[name]]
        if missing:
            yield "- %s: %s" % (name, ", ".join(missing))


def measured_again(t, masks):
    """Masks that were measured after the rest: an index of ours as it is now, a peer by all efforts it was ever asked at."""
    for name, results in masks["results"].items():
        own = {e.name for e in t.engines[name] if e.own}
        for engine, again in results.items():
            if engine in t.results[name] and again.get("masked"):
                before = [] if engine in own else t.results[name][engine].get("masked", [])
                t.results[name][engine]["masked"] = before + again["masked"]


def measured_later(t, peers):
    """Peers that were not measured when the page of their set was made: against engines of ours that were."""
    later = table(peers)
    for name, engines_there in later.engines.items():
        for e in engines_there:
            if not e.own and e.name not in t.results[name]:
                t.results[name][e.name] = later.results[name][e.name]
                t.engines[name].append(e)


def as_told_there(peers):
    """The ratios of such a page by itself: the same engines of ours, another hour of the machine."""
    for of in map(table, peers):
        for name in of.sets:
            ratios = ["%.2f @%.2f" % (of.best(name, recall, True)[0] / of.best(name, recall, False)[0], recall)
                      for recall in (0.95, 0.99) if of.best(name, recall, True)[0] and of.best(name, recall, False)[0]]
            yield "- %s-peers by itself: best Elanus / best peer %s" % (name, ", ".join(ratios))


def told(stored, beginning):
    """A gate that is judged by no set, as the run told it."""
    for of in stored:
        for g in of["gates"]:
            if g["name"].startswith(beginning) and g["figure"] is not None:
                return g["figure"], g["note"]
    return None, "not measured"


def holders(t):
    """How each index holds the nine masks by itself: the least of its best recalls, and of its speed at .98 over the best peer that reaches that."""
    for name in t.sets:
        masked = [(e, t.results[name][e.name]["masked"]) for e in t.engines[name] if t.results[name][e.name].get("masked")]
        peers = [points for e, points in masked if not e.own]
        for e, points in masked:
            if not e.own:
                continue
            recall, ratio = (1.0, ""), (float("inf"), "")
            for m, mask in enumerate(truth.MASKS):
                recall = min(recall, (max((p["recall"] for p in points if p["mask"] == m), default=0), mask))
                peer = max((gates.masked_speed(p, m, 0.98, t.clock) or 0 for p in peers), default=0)
                if peer:
                    ratio = min(ratio, ((gates.masked_speed(points, m, 0.98, t.clock) or 0) / peer, mask))
            yield [name, e.name, ("%.3f (%s)" % recall) if recall[1] else "1.000", "%.2f (%s)" % ratio if ratio[1] else "-"]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--root", type=pathlib.Path, required=True)
    folder = ap.parse_args().root / "bench/results"
    paths = newest(folder)
    stored = {what: json.loads(path.read_text()) for what, path in paths.items()}
    masks = stored.pop("masks", None)
    peers = [stored.pop(what) for what in list(stored) if what.endswith("-peers")]
    t = joined(map(table, stored.values()))
    for of in peers:
        measured_later(t, of)
    if masks:
        measured_again(t, masks)
    figures = [g for g in gates.all_gates(t, told(stored.values(), "searches while"), []) if not g.name.startswith("share of kernels")]
    figures.append(gates.Gate("share of kernels within the bound of their inlined form", 1, 1, *told(stored.values(), "share of kernels")))
    parts = ["# Vectors: where the gates stand\n",
             "By the newest result of each set; each page has machine, commit and data: %s." % ", ".join("[%s](%s)" % (w, p.with_suffix(".md").name) for w, p in paths.items()),
             "Means are geometric, over the sets of 128 dimensions and more; a page of one set says *NOT met* where that set alone is below a mean. A peer that was "
             "not measured on a set cannot be the best there:\n", *absent(t),
             "\nThe build gate takes the cheapest graph of each set; masks are measured in one fork, others are the median of the page's forks. Masks of "
             "the synthetic set are those of the page of masks, which came after a mend (decision 0021); of peers the better of both pages counts. Pages `-peers` have "
             "peers that were measured after the page of their set, beside others of it.\n",
             *as_told_there(peers), "",
             report.gate_table(figures)]
    parts += ["\n## The nine masks by one index\n",
              "The gates above take for each mask the fastest index that reaches .98. By itself an index has, on the mask where it is worst:\n",
              report.table(["set", "index", "recall@10", "QPS at .98 / best peer that reaches it"], list(holders(t)))]
    at = (folder / "vectors-gates").with_suffix(".md")
    at.write_text("\n".join(parts))
    print(at.read_text())


if __name__ == "__main__":
    main()
