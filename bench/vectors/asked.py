"""What a run is asked for, checked before anything is installed or built: Python's own library is all this needs.

bench/run runs it for the check alone, compare.py for the options.
"""

import argparse
import dataclasses
import sys

import engines

SETS = {"glosses": "COSINE", "glyphs": "L2", "glove": "COSINE", "sparse": "IP", "synthetic": "COSINE", "glosses-all": "COSINE", "bits": "HAMMING",
        "signatures": "MHJACCARD"}  # metric by name
DEFAULT_SETS = "glosses,glyphs,glove,sparse,bits,signatures,synthetic"


@dataclasses.dataclass(frozen=True)
class Unread:
    """A set whose rows are not there yet, which is enough for the names of its engines."""

    name: str
    metric: str
    dimension: int = 384
    lists: int = 256


def parser():
    ap = argparse.ArgumentParser(prog="elanus bench vectors")
    ap.add_argument("--quick", action="store_true", help="the glosses alone, one fork, fewer masked queries")
    ap.add_argument("--set", help="comma-separated: " + ", ".join(SETS))
    ap.add_argument("--only", type=lambda text: text.split(","), help="engines by name, or by beginning (elanus-*); the others' last figures are shown")
    ap.add_argument("--forks", type=int, help="processes an engine, the median counts (3)")
    ap.add_argument("--clock", choices=("qps", "cpu_qps"), default="qps", help="cpu_qps judges by CPU time, for a machine that is not idle")
    ap.add_argument("--keep", action="store_true", help="keep the indexes of Elanus for the next run of the same code")
    ap.add_argument("--no-filters", action="store_true", help="without the nine masks")
    ap.add_argument("--gates", action="store_true", help="measures nothing: where the gates stand by the stored results of all sets")
    ap.add_argument("--rows", type=int, help=argparse.SUPPRESS)
    return ap


def arguments(ap):
    a = ap.parse_args()
    a.set = a.set or ("glosses,sparse" if a.quick else DEFAULT_SETS)
    a.forks = a.forks or (1 if a.quick or a.rows else 3)
    sets = a.set.split(",")
    for name in sets:
        if name not in SETS:
            refuse("there is no set %s; sets: %s" % (name, ", ".join(SETS)))
    names = list(dict.fromkeys(e.name for n in sets for e in engines.of(Unread(n, SETS[n]))))
    for name in a.only or ():
        if not any(engines.chosen(n, [name], "") for n in names):
            refuse("there is no engine %s; of %s: %s" % (name, a.set, ", ".join(names)))
    return a


def refuse(why):
    print("elanus bench vectors: " + why, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    arguments(parser())
