"""Starts one real Elanus process for the suite and connects unmodified pymilvus clients to it.

ELANUS_LAUNCHER names the launcher (default: the one of this checkout). The process listens on free loopback ports
and keeps its data in a temporary folder; ELANUS_ARGUMENTS are added to its command line (another wiring, other stores); `server.restart()` stops it gracefully or kills it and starts it again.
ELANUS_CLUSTER=1 starts a cluster in its place (cluster.py), with ELANUS_ARGUMENTS for `elanus dev-cluster`.
"""

import os
import pathlib
import secrets
import shlex
import signal
import socket
import subprocess
import tempfile
import time
import uuid

import pytest
from pymilvus import MilvusClient

from cluster import Cluster, StoreMissing

LAUNCHER = os.environ.get("ELANUS_LAUNCHER") or str(pathlib.Path(__file__).resolve().parents[3] / "elanus")


def free_port():
    """Below the ports that the system gives to outgoing connections, so that nobody has it when the server comes back to it."""
    while True:
        port = 20000 + secrets.randbelow(10000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Server:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.http_port = free_port()
        self.process = None

    @property
    def uri(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.log = open(os.path.join(self.folder, "server.log"), "a")
        self.process = subprocess.Popen(
            [LAUNCHER, "start", "--data", os.path.join(self.folder, "data"), "--port", str(self.port), "--http-port",
             str(self.http_port), *shlex.split(os.environ.get("ELANUS_ARGUMENTS", ""))],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        deadline = time.time() + 60
        while time.time() < deadline:
            line = self.process.stdout.readline()
            if line.startswith("ready"):
                return line
            if not line and self.process.poll() is not None:
                raise RuntimeError("the server ended: " + open(self.log.name).read()[-2000:])
        raise RuntimeError("the server did not become ready in 60 s")

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.wait(30)

    def restart(self, how=signal.SIGTERM):
        self.stop(how)
        self.start()


def make_server(folder):
    if os.environ.get("ELANUS_CLUSTER"):
        return Cluster(LAUNCHER, folder, free_port(), shlex.split(os.environ.get("ELANUS_ARGUMENTS", "")))
    return Server(folder)


@pytest.fixture(scope="session")
def server():
    with tempfile.TemporaryDirectory(prefix="elanus-clients-") as folder:
        s = make_server(folder)
        try:
            try:
                s.start()
            except StoreMissing as missing:
                pytest.skip(str(missing))
            yield s
        finally:
            s.stop()


@pytest.fixture
def client(server):
    c = MilvusClient(uri=server.uri)
    yield c
    c.close()


@pytest.fixture
def name(client):
    """A fresh collection name; the collection is dropped afterwards."""
    n = "c_" + uuid.uuid4().hex[:12]
    yield n
    client.drop_collection(n)
