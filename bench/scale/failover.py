"""How long the work of a lost node stands still, as a sum of named terms: what the simulator measured, and what must be assumed of the machines."""

import math

# Seconds, bytes, bytes a second. Each can be changed here and the report made anew from the JSON.
LEASE = 3.0  # lease.ttl; a lease that was just renewed when its holder died lasts as long
COMMIT = 0.003  # one transaction of the metadata store
REPLAY_BYTES = 128e6  # log since the checkpoint of a channel, at most
REPLAY_RATE = 100e6  # one channel's log, read and applied
LOAD_RATE = 200e6  # segments into one query node, out of the object store
READ_RATE = 50e6  # records out of the metadata store, by a coordinator that takes over


def streaming_node(run):
    """A streaming node dies: when its channels are written again."""
    f = run["figures"]
    moved = f["channels death moves"]
    deepest = math.ceil(moved / (run["nodes"] - 1))
    return {
        "lease": LEASE,
        "plan": f["channels death ms"] / 1e3,  # one for all channels
        "grant and commit": moved * (f["grant ms"] / 1e3 + COMMIT),  # one after another
        "replay": deepest * REPLAY_BYTES / REPLAY_RATE,  # side by side over the new owners
    }


def query_node(run):
    """A query node dies: when every segment that it had is in a view again."""
    f = run["figures"]
    mean = f["death bytes lost"] / max(1, f["death segments lost"])
    return {
        "lease": LEASE,
        "plan": f["death plans ms"] / 1e3,  # on one core
        "load": math.ceil(f["death moves"] / (run["nodes"] - 1)) * mean / LOAD_RATE,
    }


def coordinator(run):
    """A seat's process dies: when the next one decides, who waited for the seat and followed the records."""
    f = run["figures"]
    return {
        "lease": LEASE,
        "two writings of the term": 2 * COMMIT,
        "adopt records": (f["data adoption ms"] + f["index adoption ms"]) / 1e3,
    }


def fresh_coordinator(run):
    """The same where nobody waited, or the watch was cut off."""
    f = run["figures"]
    return {
        "lease": LEASE,
        "read records": (f["data bytes"] + f["index bytes"]) / READ_RATE,
        "replay records": (f["data replay ms"] + f["index replay ms"]) / 1e3,
    }


def all_of(run):
    return {"streaming node": streaming_node(run), "query node": query_node(run), "coordinator": coordinator(run),
            "coordinator without records": fresh_coordinator(run)}
