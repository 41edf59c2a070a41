#!/usr/bin/env python3
"""Kills, pauses, restarts, adds and drains processes of a cluster under load, and judges what every client saw.

Clients write, read at every consistency level and search (workload.py); each call goes into a history (history.py), which the checker holds against the
contracts of the levels (checker.py). The plans, by their ids in issue 5:

  role     F20  each process killed alone, in pairs, all together
  pause    F23  a streaming node, then a query node, stopped for longer than its lease, and resumed
  store    F24 F25 F26  broker, metadata and object store paused, then killed
  rolling  F29  every process told to end, one after the other
  scale    F30  a query node and a streaming node join, are drained and leave; tells when each had something to serve
  network  F21 F22  processes cut off from all others, from one store, from each other, both ways and one way; processes of its own
  sample        a little of role and pause

  cluster_test.py --launcher ./elanus --plan role,pause --seconds 300 --seed 7
  cluster_test.py --plan role,scale --replicas 2
  cluster_test.py --plan network --seed 7 --from 9

Prints a line for each fault: how long each kind of call was without success, and how many failed. In the end all is quiet, and count(*), a full query,
an iterator and searches must agree with the history. Exit code 1 at a violation; histories, faults and logs are kept. 77: no cluster can be had here.
"""

import argparse
import collections
import datetime
import logging
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import numpy as np
from pymilvus import MilvusClient
from pymilvus.exceptions import MilvusException

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import joining
import outage
import rows
from checker import violations
from history import STRONG, History, Read
from network import ANY, BOTH, FROM, TO
from processes import CannotStart, Cluster, Networked, Standalone
from workload import Collection, clients_of

logging.disable(logging.CRITICAL)  # connections are lost on purpose

GRACE_SECONDS = 5  # read.graceful.time
LEASE_SECONDS = 3  # lease.ttl
PROCESSES = ["--coordinators", "2", "--streaming-nodes", "2", "--query-nodes", "2", "--workers", "1", "--proxies", "2"]
HEAL_SECONDS = 90
CALM_SECONDS = 2  # between faults
SEARCHED = 25
# A dozen JVMs that have just started do little but compile for minutes where cores are few; what is measured then is how long they wait for one.
LITTLE_COMPILING = "-XX:TieredStopAtLevel=1 -Delanus.vectors.kernels=scalar"
READS = (STRONG, "Bounded", "Session", "Eventually", "Pinned", "search")

Fault = collections.namedtuple("Fault", "plan name act")


class Failure(Exception):
    """What the run must not show, apart from the violations of a history."""


class Run:
    def __init__(self, cluster, options):
        self.cluster, self.options, self.rng = cluster, options, random.Random(options.seed)
        self.calls, self.collections, self.clients, self.faults, self.worst = [], [], [], [], collections.Counter()

    def begin(self):
        uri = f"http://{self.cluster.proxies()[0]}"
        for name, shards, kind, params, search in rows.COLLECTIONS:
            told = rows.create(uri, name, shards, kind, params, HEAL_SECONDS, self.options.replicas)
            collection = Collection(name, told, shards, search, History(), self.calls)
            self.collections.append(collection)
            self.clients += clients_of(collection, self.cluster.proxies, self.rng, self.options)
        for client in self.clients:
            client.start()
        self.kinds = {f"write {c.name}/{shard}" for c in self.collections for shard in range(c.shards)}
        self.kinds |= {f"{kind} {c.name}" for c in self.collections for kind in READS}
        self.heal(time.monotonic(), {})

    def heal(self, since, before):
        """Until all kinds of calls succeed and what was killed is back; the moment."""
        deadline = time.monotonic() + HEAL_SECONDS
        while True:
            now = time.monotonic()
            recent = self.calls[-5000:]
            if self.cluster.back(before) and outage.healed(recent, self.kinds, since):
                return now
            complaint = next((c.error for c in self.clients if c.error), None)
            if complaint:
                raise Failure(f"a client stopped: {complaint!r}")
            if not self.cluster.alive() and not self.cluster.ready.is_set():
                raise Failure("the cluster ended")
            if now > deadline:
                gone = [name for name, told in before.items() if self.cluster.told[name].times == told.times]
                without = [k for k in self.kinds if not outage.healed(recent, {k}, since)]
                raise Failure(f"after {HEAL_SECONDS} s it has not healed: without success {sorted(without)}; not back {gone}; "
                              f"last errors {outage.failed(recent, since, now).most_common(5)}")
            time.sleep(0.02)

    def carry_out(self, number, fault):
        begin, at = time.monotonic(), datetime.datetime.now().time().isoformat("milliseconds")
        before = fault.act()
        done = time.monotonic()
        healed = self.heal(done, before)
        time.sleep(CALM_SECONDS)
        end = time.monotonic()
        gaps = outage.longest_gaps(self.calls, begin, end)
        told = []
        for sort in ("write", *READS):
            of = {kind: gap for kind, gap in gaps.items() if kind.startswith(f"{sort} ")}
            slowest = max(of, key=of.get)
            told.append(f"{sort} {of[slowest]:.2f}" + (f" ({slowest.split()[1]}; least {min(of.values()):.2f})" if sort in ("write", STRONG) else ""))
            self.worst[fault.plan, sort] = max(self.worst[fault.plan, sort], of[slowest])
        errors = outage.failed(self.calls, begin, end)
        # a client that found nobody at a proxy's address asks the next one: no read was begun
        reads = sum(n for (kind, error), n in errors.items() if kind.startswith(READS) and "failed to connect" not in error)
        self.worst[fault.plan, "reads failed"] += reads
        line = (f"{number:2} {fault.plan:8} {fault.name}: seconds without success: {', '.join(told)}; failed: {reads} reads, {sum(errors.values()) - reads} others; "
                f"whole again after {healed - begin:.1f} s")
        self.faults.append({"at": at, "begin": begin, "end": end, "fault": f"{fault.plan} {fault.name}", "errors": [[*e, n] for e, n in errors.most_common(20)]})
        print(line, flush=True)
        if self.options.errors:
            for (kind, error), n in errors.most_common(8):
                print(f"           {n} × {kind}: {error}", flush=True)

    # ---- the plans: a fault's act returns what was told of the processes that must come back

    def kill(self, plan, names, how=signal.SIGKILL):
        return Fault(plan, f"{how.name} {' '.join(names)}", lambda: self.cluster.signal(names, how))

    def pause(self, plan, names, seconds):
        def act():
            before = self.cluster.signal(names, signal.SIGSTOP)
            time.sleep(seconds)
            for told in before.values():
                try:
                    os.kill(told.pid, signal.SIGCONT)
                except ProcessLookupError:
                    pass  # it was given up and killed
            return {}
        return Fault(plan, f"SIGSTOP {' '.join(names)} for {seconds} s", act)

    def role(self):
        names = self.cluster.names()
        self.rng.shuffle(names)
        for name in names:
            yield self.kill("role", [name])
        for _ in range(min(6, len(names) // 2)):
            yield self.kill("role", sorted(self.rng.sample(names, 2)))
        yield self.kill("role", self.cluster.names())

    def paused(self):
        for role in ("streaming", "query", "mixcoord", "standalone"):
            names = [n for n in self.cluster.names(role) if "coord" not in n or role == "mixcoord"]
            if names:
                yield self.pause("pause", [self.rng.choice(names)], 2 * LEASE_SECONDS)

    def store(self):
        for name in self.cluster.stores():
            yield self.pause("store", [name], LEASE_SECONDS + 1)
            yield Fault("store", f"{name} killed, started again after a second", lambda name=name: self.cluster.restart_store(name, 1) or {})

    def rolling(self):
        for name in self.cluster.names():
            yield self.kill("rolling", [name], signal.SIGTERM)

    def scale(self):
        joined = []

        def join(roles):
            begin = time.monotonic()
            process, ready = self.cluster.join(roles)
            after = time.monotonic() - begin
            joined.append(process)
            serves = joining.first_work(ready, roles, begin)
            told = f"had something to serve {serves:.2f} s after it" if serves else "was given nothing to serve"
            print(f"           a {roles} was ready {after:.2f} s after its start, and {told}", flush=True)
            return {}

        def leave(roles):
            process = joined.pop() if joined else self.cluster.join(roles)[0]
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            return {}

        for roles in ("querynode", "streamingnode"):
            yield Fault("scale", f"a {roles} joins", lambda roles=roles: join(roles))
        for roles in ("streamingnode", "querynode"):
            yield Fault("scale", f"the {roles} leaves", lambda roles=roles: leave(roles))

    def cut(self, name, *cuts):
        def act():
            self.cluster.network.cut(*cuts)
            time.sleep(3 * LEASE_SECONDS)
            self.cluster.network.heal()
            return {}
        return Fault("network", f"{name} for {3 * LEASE_SECONDS} s", act)

    def network(self):
        some = {role: self.rng.choice(self.cluster.names(role)) for role in ("streamingnode", "querynode", "proxy")}
        leader, node, proxy = some.values()
        coordinators = self.cluster.names("mixcoord")  # of which one holds the seats
        yield self.cut(f"{leader} cut from kafka", (leader, "kafka", BOTH))
        yield self.cut(f"{leader} cut from {node}", (leader, node, BOTH))
        yield self.cut(f"{node} cut off", (node, ANY, BOTH))
        yield self.cut(f"{leader} cut off", (leader, ANY, BOTH))
        for name in (leader, node):
            yield self.cut(f"{name} hears nobody", (name, ANY, FROM))
            yield self.cut(f"nobody hears {name}", (name, ANY, TO))
        for store in ("etcd", "s3"):
            for name in (leader, node, proxy, *coordinators):
                yield self.cut(f"{name} cut from {store}", (name, store, BOTH))
        for name in (*coordinators, proxy):
            yield self.cut(f"{name} cut off", (name, ANY, BOTH))
        yield self.cut(f"{leader} cut from all query nodes", *((leader, each, BOTH) for each in self.cluster.names("querynode")))

    def sample(self):
        for role in ("streaming", "query", "mixcoord", "standalone"):
            names = [n for n in self.cluster.names() if n.startswith(role) and (role == "mixcoord" or "coord" not in n)]
            if names:
                yield self.kill("role", names if role == "mixcoord" else [self.rng.choice(names)])
        nodes = self.cluster.names("streaming") or self.cluster.names()
        yield self.pause("pause", [self.rng.choice(nodes)], LEASE_SECONDS + 2)

    def plan(self, name):
        return {"role": self.role, "pause": self.paused, "store": self.store, "rolling": self.rolling, "scale": self.scale,
                "network": self.network, "sample": self.sample}[name]()

    # ---- the end

    def end(self):
        for client in self.clients:
            client.stop = True
        for client in self.clients:
            client.join(60)
            if client.is_alive():
                raise Failure("a client hangs")
        uri = f"http://{self.cluster.proxies()[0]}"
        for collection in self.collections:
            self.check_quiet(collection, uri)

    def check_quiet(self, collection, uri):
        """Nobody writes any more: all ways to read agree, at every level after the graceful time."""
        client = MilvusClient(uri=uri)
        name, keys = collection.name, list(collection.keys)
        begin = time.monotonic()
        found = client.query(name, filter="id >= 0", output_fields=rows.FIELDS, limit=16384, consistency_level="Strong", timeout=30)
        collection.history.add(Read(STRONG, "end", begin, time.monotonic(), keys, [(r["id"], r["version"]) for r in found],
                                    [wrong for wrong in map(rows.torn, found) if wrong]))
        shown = sorted((r["id"], r["version"]) for r in found)
        count = client.query(name, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=30)[0]["count(*)"]
        demand(count == len(shown), f"{name}: count(*) {count}, query {len(shown)}")
        iterator = client.query_iterator(name, batch_size=200, filter="id >= 0", output_fields=["id", "version"], consistency_level="Strong")
        walked = []
        while page := iterator.next():
            walked += [(r["id"], r["version"]) for r in page]
        iterator.close()
        demand(sorted(walked) == shown, f"{name}: the iterator and the query differ in {sorted(set(walked) ^ set(shown))[:5]}")
        self.check_searches(client, collection, shown)
        time.sleep(max(0.0, GRACE_SECONDS - (time.monotonic() - begin)))
        for level in ("Bounded", "Session", "Eventually"):
            later = client.query(name, filter="id >= 0", output_fields=["id", "version"], limit=16384, consistency_level=level, timeout=30)
            demand(sorted((r["id"], r["version"]) for r in later) == shown, f"{name}: {level} and Strong differ though all is quiet")
        client.close()

    def check_searches(self, client, collection, shown):
        """Exact indexes find the nearest rows, others nine in ten of them; every distance is right."""
        if not shown:
            return
        name = collection.name
        stored = np.array([rows.vector(key, version) for key, version in shown], dtype=np.float32)
        asked = stored[:: max(1, len(stored) // SEARCHED)]
        answers = client.search(name, data=asked.tolist(), anns_field="v", limit=10, consistency_level="Strong", timeout=30,
                                search_params={"metric_type": "L2", "params": collection.search_params})
        right = total = 0
        for vector, hits in zip(asked, answers):
            distances = ((stored - vector) ** 2).sum(1)
            of = {key: distance for (key, _), distance in zip(shown, distances)}
            demand(len(hits) == min(10, len(shown)), f"{name}: a search found {len(hits)} of {len(shown)} rows")
            demand(len({h["id"] for h in hits}) == len(hits), f"{name}: a search found a row twice")
            for hit in hits:
                demand(abs(hit["distance"] - of.get(hit["id"], -1)) < 1e-3, f"{name}: a search says {hit} where {of.get(hit['id'])} is right")
            right += sum(h["distance"] <= np.sort(distances)[len(hits) - 1] + 1e-3 for h in hits)
            total += len(hits)
        demand(right >= (1.0 if not collection.search_params else 0.9) * total, f"{name}: searches find {right} of {total} nearest rows")

    def judge(self):
        return [f"{c.name}: {v}" for c in self.collections for v in violations(c.history, GRACE_SECONDS)]

    def summary(self):
        writes, reads = (sum(len(getattr(c.history, what)) for c in self.collections) for what in ("writes", "reads"))
        acknowledged = sum(w.outcome == "acknowledged" for c in self.collections for w in c.history.writes)
        calls = list(self.calls)
        for plan in dict.fromkeys(f["fault"].split()[0] for f in self.faults):
            told = [f"{kind} {self.worst[plan, kind]:.2f}" for kind in ("write", *READS)]
            print(f"worst of {plan}: seconds without success: {', '.join(told)}; {self.worst[plan, 'reads failed']} reads failed")
        return (f"{len(self.faults)} faults, {len(calls)} calls, {sum(not c.error for c in calls) / max(1, len(calls)):.4f} of them with success; "
                f"{writes} writes of rows, {acknowledged} acknowledged; {reads} reads")

    def save(self, folder):
        for c in self.collections:
            c.history.save(os.path.join(folder, f"history-{c.name}.jsonl"))
        with open(os.path.join(folder, "faults.txt"), "w") as file:
            for fault in self.faults:
                file.write(f"{fault}\n")


def demand(truth, sentence):
    if not truth:
        raise Failure(sentence)


def carry_out(run, options):
    run.begin()
    deadline = time.monotonic() + options.seconds
    faults = (fault for plan in options.plan.split(",") for fault in run.plan(plan) if any(text in fault.name for text in options.only.split(",")))
    for number, fault in enumerate(faults, 1):
        if time.monotonic() > deadline:
            print(f"out of time before fault {number}, {fault.plan} {fault.name}: go on with --seed {options.seed} --from {number}")
            break
        if number >= options.begin:
            run.carry_out(number, fault)
    run.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--launcher", default=str(HERE.parents[1] / "elanus"))
    parser.add_argument("--plan", default="sample", help="of role,pause,store,rolling,scale,sample, or network alone (default: sample)")
    parser.add_argument("--seconds", type=int, default=120, help="no fault begins after them (default: 120)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--from", type=int, default=1, dest="begin", metavar="N", help="begin with the Nth fault that the plans make of the seed")
    parser.add_argument("--only", default="", metavar="TEXT", help="only faults whose name contains it, such as 'SIGKILL mixcoord', or one of several between commas")
    parser.add_argument("--full-compiler", action="store_true", help="the processes of the cluster compile as they do in use, not only quickly")
    parser.add_argument("--standalone", action="store_true", help="one process on local files in the place of a cluster")
    parser.add_argument("--replicas", type=int, default=1, help="of each collection, on as many query nodes at least (default: 1)")
    parser.add_argument("--pause-ms", type=int, default=60, help="a client's mean pause between calls (default: 60)")
    parser.add_argument("--deadline-seconds", type=float, default=5, help="of each call (default: 5)")
    parser.add_argument("--errors", action="store_true", help="tell the commonest errors of each fault")
    parser.add_argument("--keep", action="store_true", help="keep histories, faults and logs of a run without violations as well")
    parser.add_argument("arguments", nargs="*", help=f"of dev-cluster, behind -- (default: {' '.join(PROCESSES)})")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="elanus-faults-")
    os.chmod(folder, 0o711)  # PostgreSQL does not run as root, and looks for its files below; what is secret here, its owner alone may read
    if not options.standalone and not options.full_compiler:
        os.environ["ELANUS_JAVA_OPTIONS"] = f"{LITTLE_COMPILING} {os.environ.get('ELANUS_JAVA_OPTIONS', '')}"
    sort = Standalone if options.standalone else Networked if options.plan == "network" else Cluster
    cluster = sort(options.launcher, os.path.join(folder, "data"), options.arguments or (PROCESSES if sort is Cluster else []))
    print(f"--plan {options.plan} --seed {options.seed}", flush=True)
    run, problems = Run(cluster, options), []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and leaves nothing behind
    try:
        cluster.start()
        print(f"{len(cluster.names())} processes: {' '.join(cluster.names())}; stores: {' '.join(cluster.stores()) or 'none'}", flush=True)
        carry_out(run, options)
    except CannotStart as e:
        if e.store_missing():
            print(f"skipped: no cluster can be had here: {e}")
            shutil.rmtree(folder, ignore_errors=True)
            return 77
        problems.append(f"the cluster did not start: {e}")
    except (Failure, MilvusException) as e:
        problems.append(str(e))
    finally:
        for client in run.clients:
            client.stop = True
        cluster.stop()
    problems += run.judge()
    print(run.summary())
    if problems or options.keep:
        run.save(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    if not problems:
        print("0 violations" + (f"; histories, faults and logs are in {folder}" if options.keep else ""))
        return 0
    for problem in problems[:20]:
        print(f"VIOLATION {problem}")
    print(f"{len(problems)} violations; histories, faults and logs are in {folder}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
