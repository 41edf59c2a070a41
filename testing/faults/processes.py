"""The processes that faults are done to: a cluster on this machine (`elanus dev-cluster`), or one process that is started again when it has died."""

import collections
import os
import re
import signal
import subprocess
import threading
import time

from loopback import free_port
from network import Network

STORES = ("kafka", "pulsar", "etcd", "postgresql", "mariadb", "s3", "azure", "gcs")
START_SECONDS = 240
LINE = re.compile(r"^(?P<name>[a-z0-9-]+)\s(?:.*\s)?pid[ =](?P<pid>\d+)(?P<rest>.*)$")
GRPC = re.compile(r"grpc[ =](?P<address>\S+)")

Told = collections.namedtuple("Told", "name pid grpc times")  # times: how often it was started


class CannotStart(Exception):
    def store_missing(self):
        """Whether a store cannot be had on this machine, which is no fault of the cluster's."""
        return "could not be made ready" in str(self)


class Cluster:
    """Reads what `dev-cluster` prints: a line for each process when it serves, also when it serves again; then `ready`."""

    def __init__(self, launcher, folder, arguments=()):
        self.launcher, self.folder, self.log = launcher, folder, f"{folder}.log"
        self.port = free_port()
        self.command = [launcher, "dev-cluster", "--data", folder, "--port", str(self.port), *arguments]
        self.told, self.ready, self.lines = {}, threading.Event(), []
        self.joined, self.again = [], []  # further processes, and stores that were started again
        self.process = None

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        threading.Thread(target=self.listen, args=(self.process.stdout,), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS
        while not self.ready.wait(0.1):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart((tail(self.log) or self.lines or ["nothing was said"])[-1])
        return self

    def listen(self, output):
        for line in output:
            self.lines.append(line.rstrip())
            self.hear(line)
            with open(self.log, "a") as log:
                log.write(line)

    def hear(self, line):
        if line.startswith("ready"):
            self.ready.set()
        match = LINE.match(line)
        if match:
            name, grpc = match["name"], GRPC.search(match["rest"])
            times = self.told[name].times + 1 if name in self.told else 1
            address = grpc["address"] if grpc else ""
            self.told[name] = Told(name, int(match["pid"]), f"127.0.0.1:{address}" if address.isdigit() else address, times)

    def names(self, role=""):
        """Of Elanus's own processes."""
        return sorted(name for name in self.told if name not in STORES and role_of(name).startswith(role))

    def stores(self):
        return [name for name in STORES if name in self.told]

    def proxies(self):
        """Where clients go."""
        return [told.grpc for name, told in sorted(self.told.items()) if role_of(name) == "proxy" and told.grpc] or [f"127.0.0.1:{self.port}"]

    def signal(self, names, how):
        """What was told of them before."""
        before = {name: self.told[name] for name in names}
        for told in before.values():
            os.kill(told.pid, how)
        return before

    def back(self, before):
        """Whether each of these was started again since."""
        return all(self.told[name].times > told.times for name, told in before.items())

    def restart_store(self, name, seconds):
        """Kills it, and runs its command again after a while: dev-cluster itself leaves stores alone."""
        told = self.told[name]
        command, environment = ([word for word in open(f"/proc/{told.pid}/{what}").read().split("\0") if word] for what in ("cmdline", "environ"))
        folder = os.readlink(f"/proc/{told.pid}/cwd")
        os.kill(told.pid, signal.SIGKILL)
        time.sleep(seconds)
        with open(f"{self.folder}-{name}.log", "a") as log:
            process = subprocess.Popen(command, cwd=folder, env=dict(word.split("=", 1) for word in environment if "=" in word),
                                       stdout=log, stderr=log, start_new_session=True)
        self.again.append(process)
        self.told[name] = told._replace(pid=process.pid, times=told.times + 1)

    def join(self, roles):
        """A further process of this cluster, which nobody starts again, and the line that it said when it was ready."""
        number = len(self.joined) + 1
        log = open(f"{self.folder}-joined-{number}.log", "a")
        process = subprocess.Popen(
            [self.launcher, "start", f"--roles={roles}", "--config", os.path.join(self.folder, "cluster.yaml"), "--data",
             f"{self.folder}-joined-{number}", "--port", "0", "--http-port", "0"],
            stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        self.joined.append(process)
        ready = next((line for line in process.stdout if line.startswith("ready")), None)
        if not ready:
            raise CannotStart((tail(log.name) or ["nothing was said"])[-1])
        threading.Thread(target=process.stdout.read, daemon=True).start()
        return process, ready

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        """Asks, then insists; nothing of it is left."""
        started = [*self.joined, *([self.process] if self.process else [])]
        for process in started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                pass
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait(10)
        for process in self.again:
            process.kill()
            process.wait(10)
        for told in self.told.values():
            if self.folder in command_of(told.pid):
                os.kill(told.pid, signal.SIGKILL)


class Networked(Cluster):
    """A cluster whose processes reach its stores and each other through gates (network.py). Nobody starts a process again."""

    ROLES = {"mixcoord": 2, "streamingnode": 2, "querynode": 2, "worker": 1, "proxy": 2}

    def __init__(self, launcher, folder, arguments=()):
        super().__init__(launcher, folder, ["--stores-only", *arguments])
        self.network = Network()

    def start(self):
        super().start()
        with open(os.path.join(self.folder, "cluster.yaml")) as file:
            settings = file.read()
        for name, port in re.findall(r'^(kafka|etcd|s3)\.(?:bootstrap\.servers|endpoints?): "(?:http://)?127\.0\.0\.1:(\d+)"', settings, re.M):
            gate = self.network.gate(name, ("127.0.0.1", 0), ("127.0.0.1", int(port)))[1] if name != "kafka" else self.broker_gate(int(port))
            settings = settings.replace(f"127.0.0.1:{port}", f"127.0.0.1:{gate}")
        self.config = os.path.join(self.folder, "through-gates.yaml")
        with open(self.config, "w") as file:
            file.write(settings)
        starts = [threading.Thread(target=self.start_process, args=(f"{role}-{i + 1}", role, number))
                  for number, (role, i) in enumerate((role, i) for role, count in self.ROLES.items() for i in range(count))]
        for start in starts[:2], starts[2:5], starts[5:]:  # not all at a time: each takes seconds of a core
            for thread in start:
                thread.start()
            for thread in start:
                thread.join()
        if len(self.told) != len(self.stores()) + len(starts):
            raise CannotStart(f"only these started: {sorted(self.told)}")
        return self

    def broker_gate(self, port):
        """Kafka tells its clients where it is: they are told the gate's port instead."""
        gate = free_port()
        said = b"127.0.0.1" + port.to_bytes(4, "big")
        self.network.gate("kafka", ("127.0.0.1", gate), ("127.0.0.1", port), (said, b"127.0.0.1" + gate.to_bytes(4, "big")))
        return gate

    def start_process(self, name, role, number):
        own, gate, port = f"127.0.2.{number + 1}", f"127.0.3.{number + 1}", free_port()
        self.network.gate(name, (gate, port), (own, port))
        log = open(f"{self.folder}-{name}.log", "a")
        process = subprocess.Popen(
            [self.launcher, "start", f"--roles={'datanode,indexnode' if role == 'worker' else role}", "--config", self.config,
             "--data", os.path.join(self.folder, name), "--port", "0", "--http-port", "0",
             "--set", f"bind.host={own}", "--set", f"node.host={gate}", "--set", f"node.port={port}"],
            stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
        self.network.pids[name] = process.pid
        self.joined.append(process)
        ready = next((line for line in process.stdout if line.startswith("ready")), None)
        if ready:
            address = GRPC.search(ready)
            self.told[name] = Told(name, process.pid, address["address"] if address else "", 1)
            threading.Thread(target=process.stdout.read, daemon=True).start()

    def stop(self):
        self.network.heal()
        super().stop()
        self.network.close()


class Standalone(Cluster):
    """All roles in one process, on local files: tries the clients and the checker without a cluster."""

    def __init__(self, launcher, folder, arguments=()):
        super().__init__(launcher, folder, arguments)
        self.command = [launcher, "start", "--data", folder, "--port", str(self.port), "--http-port", "0", "--set", "warm.up=false", *arguments]
        self.stopping = False

    def start(self):
        threading.Thread(target=self.keep, daemon=True).start()
        if not self.ready.wait(START_SECONDS):
            raise CannotStart((tail(self.log) or ["nothing was said"])[-1])
        return self

    def keep(self):
        while not self.stopping:
            with open(self.log, "a") as log:
                self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True)
            for line in self.process.stdout:
                if line.startswith("ready"):
                    self.hear(f"standalone pid {self.process.pid} grpc={self.port}")
                    self.hear(line)
            self.process.wait()
            time.sleep(0.5)

    def stop(self):
        self.stopping = True
        super().stop()


def role_of(name):
    return re.sub(r"-?\d+$", "", name)


def command_of(pid):
    """Numbers of processes are given again: whose it is tells its command, which names this run's folder."""
    try:
        with open(f"/proc/{pid}/cmdline") as file:
            return file.read()
    except OSError:
        return ""


def tail(path, lines=40):
    try:
        with open(path) as file:
            return [line.rstrip() for line in file if line.strip()][-lines:]
    except OSError:
        return []
