"""Part `oracle`: timestamps a second out of RootCoord, asked through the stubs that nodes use."""

import json
import os
import re
import subprocess

import cost
import rows
import systems

THREADS = (1, 4, 16)
MANY = 100  # timestamps of one request, in the last run


def measured(context):
    server = systems.Cluster(context.root, context.folder, channels=1, streaming=1, query=1).start()
    try:
        with open(server.settings) as file:
            secret = re.search(r'^cluster\.secret: "(\w+)"', file.read(), re.M)[1]
        asked = lambda threads, count, seconds: load(context, server, secret, threads, count, seconds)
        asked(max(THREADS), 1, context.warm_seconds / 4)
        return {"oracle": [asked(threads, 1, context.seconds) for threads in THREADS] + [asked(max(THREADS), MANY, context.seconds)]}
    finally:
        server.stop()


def load(context, server, secret, threads, count, seconds):
    words = [str(context.jdk / "bin/java"), "-Xmx128m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-cp", context.classpath,
             "io.elanus.benchmark.OracleLoad", server.coordinator(), str(threads), str(count), str(seconds)]
    before = cost.now(server.pids)
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "ELANUS_CLUSTER_SECRET": secret})
    return {"threads": threads, "count": count, **json.loads(done.stdout), "spent": rows.told_spent(cost.between(before, cost.now(server.pids)))}
