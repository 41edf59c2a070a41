"""A cluster on this machine (`elanus dev-cluster`) in the place of the one process of the suite: the same interface as conftest.Server."""

import os
import re
import signal
import subprocess
import threading
import time

START_SECONDS = 240
STORES = ("kafka", "etcd", "s3")
TOLD = re.compile(r"^(?P<name>[a-z0-9-]+)\s+pid (?P<pid>\d+) (?P<rest>.*)$")


class StoreMissing(RuntimeError):
    """A store that cannot be had on this machine, which is no fault of the cluster's."""


class Proxy:
    """Of the cluster, as if it had been started here: the one that clients reach."""

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 1
        return None


class Cluster:
    def __init__(self, launcher, folder, port, arguments):
        self.folder, self.port, self.http_port, self.process = folder, port, None, None
        self.command = [launcher, "dev-cluster", "--data", os.path.join(folder, "cluster"), "--port", str(port), *arguments]
        self.told, self.times, self.ready = {}, {}, threading.Event()
        self.cluster = None

    @property
    def uri(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.log = open(os.path.join(self.folder, "server.log"), "a")
        self.cluster = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True)
        threading.Thread(target=self.listen, daemon=True).start()
        deadline = time.time() + START_SECONDS
        while not self.ready.wait(0.1):
            if self.cluster.poll() is not None or time.time() > deadline:
                said = open(self.log.name).read()[-2000:]
                raise (StoreMissing if "could not be made ready" in said else RuntimeError)("the cluster did not start: " + said)

    def listen(self):
        """A line for each process when it serves, also when it serves again; then `ready`."""
        for line in self.cluster.stdout:
            told = TOLD.match(line)
            if told:
                self.told[told["name"]] = int(told["pid"])
                if told["name"].startswith("proxy"):
                    self.process = Proxy(int(told["pid"]))
                    self.http_port = int(re.search(r"http=\S+:(\d+)", told["rest"])[1])
                self.times[told["name"]] = self.times.get(told["name"], 0) + 1
            if line.startswith("ready"):
                self.ready.set()

    def restart(self, how=signal.SIGTERM):
        """All processes but the stores end at once; dev-cluster starts each of them again."""
        before = dict(self.times)
        ours = [name for name in self.told if name not in STORES]
        for name in ours:
            os.kill(self.told[name], how)
        deadline = time.time() + START_SECONDS
        while any(self.times[name] == before[name] for name in ours):
            if time.time() > deadline:
                raise RuntimeError(f"of {ours} some did not come back: {self.times}")
            time.sleep(0.1)

    def stop(self):
        if self.cluster is None:
            return
        self.cluster.send_signal(signal.SIGTERM)
        try:
            self.cluster.wait(60)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.cluster.pid, signal.SIGKILL)  # the stores and processes are in its group
        except ProcessLookupError:
            pass
