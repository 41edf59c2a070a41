"""Parts `standalone` and `cluster`: the same rows, then the same searches. Parts `search-N`: the searches of a cluster with N query nodes."""

import time

import clients as driven
import cost
import rows
import systems

SHARDS = 4
AT_ONCE = 4
EXACT, EXACT_ROWS, EXACT_SEARCHES = "exact", 5000, 200
SETTLED_SECONDS = 90


def phase(context, server, clients, count, level="Bounded", seconds=None):
    tasks = [{"task": "search", "collection": rows.NAME, "seconds": seconds or context.seconds, "level": level, "seed": i} for i in range(count)]
    told, spent = driven.measured(server, clients, lambda: clients.ask(*tasks))
    recall = sum(one["recall"] * one["calls"] for one in told) / sum(one["calls"] for one in told)
    return {**driven.together(told), "clients": count, "level": level, "recall": recall, "spent": rows.told_spent(spent)}


def warm(context, server, clients):
    """Compilers need ten thousand searches, most of a minute on two cores: until they take little of what is spent."""
    rows.until_warm(context.warm_seconds, lambda: phase(context, server, clients, AT_ONCE)["spent"])


def idle(context, server):
    before = cost.now(server.pids)
    time.sleep(context.seconds)
    return {"seconds": context.seconds, "spent": rows.told_spent(cost.between(before, cost.now(server.pids)))}


def filled(context, server, clients):
    """Insert by one client and by four, what follows, and answers of exact searches."""
    client = rows.connect(server)
    rows.rehearse(context, server, clients, client, SHARDS)
    rows.create(client, rows.NAME, SHARDS)
    half = context.rows // 2
    told = {"insert": [rows.fill(server, clients, 0, half, 1), rows.fill(server, clients, half, context.rows, AT_ONCE)]}
    told["serve"] = rows.serve(server, client)
    rows.create(client, EXACT, SHARDS)
    rows.fill(server, clients, 0, EXACT_ROWS, 1, EXACT)
    rows.index(client, EXACT, {"index_type": "FLAT", "metric_type": "COSINE"})
    client.load_collection(EXACT)
    told["exact"] = clients.ask({"task": "answers", "collection": EXACT, "count": EXACT_SEARCHES, "level": "Strong"})[0]
    client.release_collection(EXACT)
    client.close()
    return told


def searched(context, server, clients):
    """All kinds of searches, after the first thousands."""
    warm(context, server, clients)
    return {"search": [phase(context, server, clients, 1), phase(context, server, clients, AT_ONCE),
                       phase(context, server, clients, 1, "Strong")],
            "memory_mb": {name: cost.anonymous_mb(pid) for name, pid in server.pids.items()}, "idle": idle(context, server)}


def standalone(context):
    server = systems.Standalone(context.root, context.folder).start()
    clients = None
    try:
        clients = driven.Clients(context, server, AT_ONCE)
        told = filled(context, server, clients)
        return {**told, **searched(context, server, clients), "segments": rows.segments(server)}
    finally:
        stopped(clients, server)


def cluster(context):
    server = systems.Cluster(context.root, context.folder, channels=SHARDS, streaming=2, query=2).start()
    clients = None
    try:
        clients = driven.Clients(context, server, AT_ONCE)
        told = filled(context, server, clients)
        return {**told, **searched(context, server, clients), "nodes": at_nodes(context, server, clients)}
    finally:
        stopped(clients, server)


def of_nodes(context, count):
    """The time to grow is that of one node to two, and of two to four."""
    server = systems.Cluster(context.root, context.folder, channels=SHARDS, streaming=2, query=max(1, count // 2)).start()
    clients = None
    try:
        clients = driven.Clients(context, server, AT_ONCE)
        client = rows.connect(server)
        rows.create(client, rows.NAME, SHARDS)
        rows.fill(server, clients, 0, context.rows, AT_ONCE)
        rows.serve(server, client)
        client.close()
        growth = {4: grown(server, 4)} if count > 1 else {}
        warm(context, server, clients)
        nodes = at_nodes(context, server, clients)
        return {"nodes": nodes, "growth_s": growth or {2: grown(server, 2)}}
    finally:
        stopped(clients, server)


def at_nodes(context, server, clients):
    """Four clients at the present number of query nodes, and what each of these holds."""
    names = server.of_role("querynode")
    held = {name: {what: server.figure(name, "milvus_querynode_" + metric) for what, metric in
                   (("segments", "segment_num"), ("rows", "entity_num"), ("bytes", "entity_size"))} for name in names}
    return {"query_nodes": len(names), "held": held, **phase(context, server, clients, AT_ONCE)}


def grown(server, count):
    """Starts query nodes one after the other; seconds from the last one's `ready` until segments are spread evenly."""
    while len(server.of_role("querynode")) < count:
        server.add_query_node()
    began = time.monotonic()
    while time.monotonic() - began < SETTLED_SECONDS:
        nodes = [node for row in rows.segments(server) for node in row["nodes"]]
        if len(set(nodes)) == min(count, len(rows.segments(server))):
            return time.monotonic() - began
        time.sleep(0.1)
    raise RuntimeError("segments stay on %d of %d query nodes" % (len(set(nodes)), count))


def stopped(clients, server):
    if clients:
        clients.stop()
    server.stop()
