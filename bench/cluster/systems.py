"""What is measured: one process, or a cluster on this machine. Both are started here, known by their processes' names, and stopped again."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request

STORES = ("kafka", "etcd", "s3")
START_SECONDS = 240
TOLD = re.compile(r"^(?P<name>[a-z0-9-]+)\s+pid (?P<pid>\d+) (?P<rest>.*)$")


def free_port():
    """Below the ports that the system gives to outgoing connections."""
    while True:
        port = 20000 + secrets.randbelow(10000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def role_of(name):
    return re.sub(r"-\d+$", "", name)


class Server:
    """
    pids and management ports by process name; stores have no such port.
    """

    def __init__(self, root, folder):
        self.launcher, self.folder = str(root / "elanus"), folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.port, self.pids, self.http, self.started = free_port(), {}, {}, []

    @property
    def target(self):
        return "127.0.0.1:%d" % self.port

    def spawn(self, name, *words):
        log = open(self.folder / (name + ".log"), "a")
        process = subprocess.Popen([self.launcher, *words], stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        self.started.append(process)
        return process

    def wait_ready(self, name, process, hear):
        ready = threading.Event()

        def listen():
            for line in process.stdout:
                hear(line)
                if line.startswith("ready"):
                    ready.set()

        threading.Thread(target=listen, daemon=True).start()
        until = time.monotonic() + START_SECONDS
        while not ready.wait(0.05):
            if process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise SystemExit("%s did not start: %s" % (name, (self.folder / (name + ".log")).read_text()[-2000:]))

    def know(self, name, pid, rest):
        self.pids[name] = int(pid)
        found = re.search(r"http=\S+:(\d+)", rest)
        if found:
            self.http[name] = int(found[1])

    def ask(self, path, name=None):
        """Of the management port of a process; of any, where none is named."""
        port = self.http[name or next(iter(self.http))]
        with urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=60) as answer:
            text = answer.read().decode()
        return json.loads(text) if path.startswith("/management") else text

    def figure(self, name, metric):
        """Sum over the lines of that metric, whatever their labels."""
        lines = [line for line in self.ask("/metrics", name).split("\n") if re.match(metric + r"[ {]", line)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def of_role(self, role):
        return [name for name in self.pids if role_of(name) == role]

    def stop(self):
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                pass
            try:
                os.killpg(process.pid, signal.SIGKILL)  # what it started is in its group
            except ProcessLookupError:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)


class Standalone(Server):
    def start(self):
        process = self.spawn("standalone", "start", "--data", str(self.folder / "data"), "--port", str(self.port), "--http-port", "0")
        self.wait_ready("standalone", process, lambda line: line.startswith("ready") and self.know("standalone", process.pid, line))
        return self


class Cluster(Server):
    """
    streaming, query: numbers of nodes; channels: of the log. Coordinators are in one process, data and index node in another.
    """

    def __init__(self, root, folder, channels=4, streaming=2, query=2):
        super().__init__(root, folder)
        self.words = ["dev-cluster", "--data", str(folder / "cluster"), "--port", str(self.port), "--channels", str(channels), "--streaming-nodes",
                      str(streaming), "--query-nodes", str(query), "--coordinators", "1", "--workers", "1"]

    @property
    def settings(self):
        return str(self.folder / "cluster/cluster.yaml")

    def start(self):
        self.wait_ready("cluster", self.spawn("cluster", *self.words), self.hear)
        return self

    def hear(self, line):
        told = TOLD.match(line)
        if told:
            self.know(told["name"], told["pid"], told["rest"])

    def add_query_node(self):
        name = "querynode-%d" % (len(self.of_role("querynode")) + 1)
        process = self.spawn(name, "start", "--roles=querynode", "--config", self.settings, "--data", str(self.folder / name), "--port", "0")
        self.wait_ready(name, process, lambda line: line.startswith("ready") and self.know(name, process.pid, line))

    def ctl(self, *words):
        """Seconds that the command took."""
        began = time.monotonic()
        done = subprocess.run([self.launcher, "ctl", *words, "--config", self.settings, "--at", "127.0.0.1:%d" % self.http["proxy-1"]],
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError("elanus ctl %s: %s" % (" ".join(words), done.stderr.strip()))
        return time.monotonic() - began

    def members(self):
        """Node ids by process name, over the streaming and the query nodes."""
        return {name: int(re.search(r'milvus_num_node\{[^}]*node_id="(-?\d+)"', self.ask("/metrics", name))[1])
                for name in self.pids if role_of(name) in ("streamingnode", "querynode")}

    def coordinator(self):
        """host:port at which roles call RootCoord."""
        return next(row["address"] for row in self.ask("/management/nodes") if "rootcoord" in row["seats"])
