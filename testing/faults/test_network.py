"""The gates of network.py lose what they shall lose."""

import os
import socket
import threading

import pytest

from network import ANY, BOTH, FROM, TO, Network, exchanged


def test_patterns_are_exchanged_over_the_edges_of_chunks():
    sent, held = b"", b""
    for chunk in (b"abc 12", b"34 12", b"3", b"4 123", b"x"):
        data, held = exchanged(held + chunk, b"1234", b"5678")
        sent += data
    assert sent + held == b"abc 5678 5678 123x"


@pytest.fixture
def echo():
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()


def answer(connection):
    while data := connection.recv(100):
        connection.sendall(data)


@pytest.mark.parametrize("cut", [("me", "echo", BOTH), ("me", ANY, TO), ("me", "echo", FROM), ("echo", ANY, FROM), ("echo", "me", TO)])
def test_a_cut_loses_bytes_until_it_is_healed(echo, cut):
    network = Network()
    try:
        network.pids["me"] = os.getpid()
        with socket.create_connection(network.gate("echo", ("127.0.0.1", 0), echo), timeout=10) as connection:
            connection.sendall(b"before")
            assert connection.recv(100) == b"before"
            network.cut(cut)
            connection.sendall(b"during")
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                connection.recv(100)
            network.heal()
            connection.settimeout(10)
            assert connection.recv(100) == b"during"
            network.cut(("other", "echo", BOTH))
            connection.sendall(b"after")
            assert connection.recv(100) == b"after"
    finally:
        network.close()
