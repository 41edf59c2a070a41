"""What a run is asked for, checked before anything is installed or built: Python's own library is all this needs.

bench/run runs it for the check alone, measure.py for the options.
"""

import argparse
import sys

PARTS = ("standalone", "cluster", "search-1", "search-4", "insert-1", "insert-2", "insert-4", "moves", "oracle")


def parser():
    ap = argparse.ArgumentParser(prog="elanus bench cluster")
    ap.add_argument("--quick", action="store_true", help="a fifth of the rows, shorter phases")
    ap.add_argument("--only", default=",".join(PARTS), help="measure these parts anew; the others' last figures are shown")
    ap.add_argument("--report", action="store_true", help="measure nothing: the last figures of all parts")
    return ap


def arguments(ap):
    a = ap.parse_args()
    a.parts = [] if a.report else a.only.split(",")
    for name in a.parts:
        if name not in PARTS:
            print("elanus bench cluster: there is no part %s; parts: %s" % (name, ", ".join(PARTS)), file=sys.stderr)
            sys.exit(2)
    return a


if __name__ == "__main__":
    arguments(parser())
