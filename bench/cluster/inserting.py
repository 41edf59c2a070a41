"""Parts `insert-N`: N channels, N streaming nodes, a collection of N shards; what each node takes of the rows, and what it costs it."""

import clients as driven
import rows
import searching
import systems

AT_ONCE = 4


def measured(context, count):
    server = systems.Cluster(context.root, context.folder, channels=count, streaming=count, query=1).start()
    clients = None
    try:
        clients = driven.Clients(context, server, AT_ONCE)
        client = rows.connect(server)
        rows.rehearse(context, server, clients, client, count)
        rows.create(client, rows.NAME, count)
        before = held(server)
        told = rows.fill(server, clients, 0, context.rows, AT_ONCE)
        after = held(server)
        return {"channels": count, **told, "held": {name: {what: after[name][what] - before[name][what] for what in after[name]} for name in after}}
    finally:
        searching.stopped(clients, server)


def held(server):
    """Of each streaming node: rows in growing segments, and bytes of log. No flush lies between two of them: the rows are too few."""
    return {name: {"rows": server.figure(name, "milvus_streamingnode_growing_segment_rows_total"),
                   "log_bytes": server.figure(name, "elanus_streamingnode_log_end"),
                   "channels": server.figure(name, "milvus_streamingnode_channel_num")} for name in server.of_role("streamingnode")}
