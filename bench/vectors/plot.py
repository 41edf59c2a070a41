"""Draws QPS over recall as SVG: one panel a set, a line an engine; Elanus in strong colours, peers in pale ones."""

import html
import math

WIDTH, HEIGHT, LEFT, TOP, LEGEND = 620, 420, 70, 40, 190
OWN = ("#b30000", "#e34a33", "#d95f0e", "#c51b8a", "#7a0177", "#993404")
PEERS = ("#4575b4", "#74add1", "#1a9850", "#66bd63", "#5e4fa2", "#8073ac", "#35978f", "#737373", "#a6bddb", "#bf812d")
STEPS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def across(recall):
    """Recall on a scale of 1 - recall, logarithmic, from .8 to .999."""
    low, high = (math.log10(1 - r) for r in (STEPS[0], STEPS[-1]))
    return LEFT + WIDTH * (math.log10(1 - min(recall, STEPS[-1])) - low) / (high - low)


def visible(points):
    """Points on the scale; of those beyond its end only the fastest."""
    beyond = [p for p in points if p[0] >= STEPS[-1]]
    return [p for p in points if STEPS[0] <= p[0] < STEPS[-1]] + ([max(beyond, key=lambda p: p[1])] if beyond else [])


def panel(title, lines, down):
    shown = {name: visible(points) for name, own, points in lines}
    speeds = [q for points in shown.values() for _, q in points]
    if not speeds:
        return ""
    low, high = math.floor(math.log10(min(speeds)) * 2) / 2, math.ceil(math.log10(max(speeds)) * 2) / 2
    high = max(high, low + 0.5)
    up = lambda q: down + TOP + HEIGHT * (1 - (math.log10(q) - low) / (high - low))
    out = ['<text x="%d" y="%d" font-size="15">%s</text>' % (LEFT, down + 24, html.escape(title))]
    for r in STEPS:
        x = across(r)
        out.append('<path d="M%.1f %dV%d" stroke="#ddd"/>' % (x, down + TOP, down + TOP + HEIGHT))
        out.append('<text x="%.1f" y="%d" text-anchor="middle">%g</text>' % (x, down + TOP + HEIGHT + 16, r))
    for half in range(int(low * 2), int(high * 2) + 1):
        q = 10 ** (half / 2)
        out.append('<path d="M%d %.1fh%d" stroke="#ddd"/>' % (LEFT, up(q), WIDTH))
        out.append('<text x="%d" y="%.1f" text-anchor="end">%s</text>' % (LEFT - 6, up(q) + 4, format(round(q), ",")))
    used = [0, 0]
    for i, (name, own, _) in enumerate(line for line in lines if shown[line[0]]):
        palette = OWN if own else PEERS
        color = palette[used[own] % len(palette)]
        used[own] += 1
        dash = "" if used[own] <= len(palette) else ' stroke-dasharray="5 3"'
        at = " ".join("%.1f,%.1f" % (across(r), up(q)) for r, q in sorted(shown[name]))
        out.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="%g"%s/>' % (at, color, 2.6 if own else 1.4, dash))
        out += ['<circle cx="%.1f" cy="%.1f" r="2" fill="%s"/>' % (across(r), up(q), color) for r, q in shown[name]]
        y = down + TOP + 14 + 16 * i
        out.append('<path d="M%d %dh18" stroke="%s" stroke-width="3"%s/>' % (LEFT + WIDTH + 14, y - 4, color, dash))
        out.append('<text x="%d" y="%d">%s</text>' % (LEFT + WIDTH + 38, y, html.escape(name)))
    return "\n".join(out)


def svg(t, title):
    """The whole picture; t is gates.Table."""
    panels = []
    for name in t.sets:
        lines = [(e.name, e.own, [(p["recall"], p[t.clock]) for p in t.results[name].get(e.name, {}).get("points", [])])
                 for e in t.engines[name] if e.kind not in ("flat", "sparse")]
        if any(points for _, _, points in lines):
            panels.append((name, lines))
    step = HEIGHT + TOP + 50
    body = "\n".join(panel("%s: queries a second over recall@10, one thread" % n, lines, 30 + i * step) for i, (n, lines) in enumerate(panels))
    size = (LEFT + WIDTH + LEGEND, 30 + step * len(panels))
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">\n'
            '<rect width="100%%" height="100%%" fill="white"/>\n<text x="%d" y="22" font-size="13">%s</text>\n%s\n</svg>\n'
            % (*size, LEFT, html.escape(title), body))
