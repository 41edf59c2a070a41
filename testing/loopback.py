"""Ports for the processes that a test starts."""

import secrets
import socket

used_ports = set()


def free_port():
    """A new one, below the ports that the system gives to outgoing connections, so that nobody takes it before the server does."""
    while True:
        port = 20000 + secrets.randbelow(10000)
        if port in used_ports:
            continue
        used_ports.add(port)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
