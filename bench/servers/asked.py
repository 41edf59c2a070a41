"""What a run is asked for, checked before anything is installed or built: Python's own library is all this needs.

bench/run runs it for the check alone, compare.py for the options.
"""

import argparse
import sys

SERVERS = ("elanus-3.0", "lite", "elanus-2.3", "milvus")
PHASES = "start,ingest,index,search,search4,filter,point,fresh,mixed,restart"


def parser():
    ap = argparse.ArgumentParser(prog="elanus bench servers")
    ap.add_argument("--quick", action="store_true", help="shorter phases")
    ap.add_argument("--only", default=",".join(SERVERS), help="measure these anew; the others' last figures are shown")
    ap.add_argument("--again", action="store_true", help="measure all anew")
    ap.add_argument("--phases", default=PHASES)
    return ap


def arguments(ap):
    a = ap.parse_args()
    for name in a.only.split(","):
        if name not in SERVERS:
            print("elanus bench servers: there is no server %s; servers: %s" % (name, ", ".join(SERVERS)), file=sys.stderr)
            sys.exit(2)
    return a


if __name__ == "__main__":
    arguments(parser())
