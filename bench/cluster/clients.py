"""The clients of a run: processes of load.py, told what to do line by line, and what they say taken together."""

import json
import pathlib
import subprocess
import sys

import cost


class Clients:
    def __init__(self, context, server, count):
        words = [sys.executable, str(pathlib.Path(__file__).with_name("load.py")), "--target", server.target, "--data", str(context.data),
                 "--rows", str(context.rows), "--truth", str(context.truth())]
        self.processes = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(count)]
        for process in self.processes:
            heard(process)

    def begin(self, *tasks):
        """A task for each of the first clients; ended by `ends`."""
        for process, task in zip(self.processes, tasks):
            say(process, task)
        return self.processes[: len(tasks)]

    def ask(self, *tasks):
        return [heard(process) for process in self.begin(*tasks)]

    def pids(self):
        return {"client-%d" % (i + 1): process.pid for i, process in enumerate(self.processes)}

    def stop(self):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            process.wait(30)


def say(process, what):
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def heard(process):
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("a client has ended")
    return json.loads(line)


def measured(server, clients, during):
    """What `during` returns, and the CPU that each process spent on it, clients included."""
    processes = {**server.pids, **clients.pids()}
    before = cost.now(processes)
    told = during()
    return told, cost.between(before, cost.now(processes))


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def together(told):
    """One figure each, of clients that did the same at the same time."""
    milliseconds = [m for one in told for m in one["milliseconds"]]
    return {"calls": sum(one["calls"] for one in told), "failed": sum(one["failed"] for one in told),
            "per_s": sum(one["calls"] / one["seconds"] for one in told), "p50_ms": percentile(milliseconds, 0.5),
            "p99_ms": percentile(milliseconds, 0.99)}
