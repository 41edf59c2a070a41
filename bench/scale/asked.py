"""What a run is asked for, checked before anything is built: Python's own library is all this needs.

bench/run runs it for the check alone, simulate.py for the options.
"""

import argparse


def parser():
    ap = argparse.ArgumentParser(prog="elanus bench scale")
    ap.add_argument("--quick", action="store_true", help="the two smallest clusters alone")
    return ap


if __name__ == "__main__":
    parser().parse_args()
