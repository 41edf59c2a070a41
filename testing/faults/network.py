"""A network between the processes that can be cut: a gate in front of each store and each process, through which all their connections go.

A cut loses bytes as a network does: connections stay, nothing arrives, and what was on its way arrives after the cut is healed. Who a connection
belongs to is told by its socket's inode, so that one process can be cut off from one other, in one direction if need be.
"""

import asyncio
import os
import threading

CHUNK = 1 << 16
LOOK_SECONDS = 0.02
BOTH, TO, FROM = "both", "to", "from"  # of a cut between a source and a destination: which bytes are lost
ANY = "*"


class Network:
    """All gates run on one thread of their own."""

    def __init__(self):
        self.pids = {}  # of processes, by name
        self.cuts = frozenset()  # (source, destination, BOTH | TO | FROM); ANY stands for every other
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def gate(self, name, listen, target, rewrite=None):
        """Connections to `listen` go on to `target`, which is called `name`; (host, port) each. Returns where it listens.

        rewrite: (bytes, bytes) of one length, exchanged in what the target says.
        """
        async def serve():
            server = await asyncio.start_server(lambda r, w: self.connected(name, target, rewrite, r, w), *listen)
            return server.sockets[0].getsockname()
        return asyncio.run_coroutine_threadsafe(serve(), self.loop).result(10)

    def cut(self, *cuts):
        self.cuts = self.cuts | set(cuts)

    def heal(self):
        self.cuts = frozenset()

    def close(self):
        async def end():
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)

    def is_cut(self, source, destination, direction):
        """Whether bytes from the one who connected (TO) or to it (FROM) are lost."""
        for left, right, lost in self.cuts:
            if matches(left, source) and matches(right, destination) and lost in (BOTH, direction):
                return True
            # of what the destination asked for, the other direction is meant
            if matches(left, destination) and matches(right, source) and lost in (BOTH, FROM if direction == TO else TO):
                return True
        return False

    async def connected(self, name, target, rewrite, reader, writer):
        port, own = writer.get_extra_info("peername")[1], writer.get_extra_info("sockname")[1]
        source = await asyncio.to_thread(self.owner, port, own)
        while self.is_cut(source, name, TO):
            await asyncio.sleep(LOOK_SECONDS)
        try:
            onward_reader, onward_writer = await asyncio.open_connection(*target)
        except OSError:
            writer.transport.abort()
            return
        there = asyncio.create_task(self.pump(reader, onward_writer, source, name, TO, None))
        back = asyncio.create_task(self.pump(onward_reader, writer, source, name, FROM, rewrite))
        await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        for task in (there, back):
            task.cancel()
        for each in (writer, onward_writer):
            each.transport.abort()  # a killed process's connections end at once, on both sides

    async def pump(self, reader, writer, source, name, direction, rewrite):
        held = b""
        try:
            while True:
                data = await reader.read(CHUNK)
                while self.is_cut(source, name, direction):
                    await asyncio.sleep(LOOK_SECONDS)
                if not data:
                    return
                if rewrite:
                    data, held = exchanged(held + data, *rewrite)
                writer.write(data)
                await writer.drain()
        except OSError:
            return

    def owner(self, port, own):
        """The name of the process that connected from a port to ours."""
        inode = next((line[9] for line in connections() if port_of(line[1]) == port and port_of(line[2]) == own), None)
        socket = f"socket:[{inode}]"
        return next((name for name, pid in list(self.pids.items()) if inode and socket in sockets(pid)), "?")


def matches(pattern, name):
    return pattern == ANY or pattern == name


def exchanged(data, old, new):
    """What can be sent on, and what may be the beginning of the pattern and waits for more."""
    data = data.replace(old, new)
    for length in range(min(len(old) - 1, len(data)), 0, -1):
        if data.endswith(old[:length]):
            return data[:-length], data[-length:]
    return data, b""


def connections():
    for table in ("tcp", "tcp6"):
        with open(f"/proc/net/{table}") as file:
            next(file)
            yield from (line.split() for line in file)


def port_of(address):
    return int(address.rsplit(":", 1)[1], 16)


def sockets(pid):
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        return set()
    found = set()
    for name in names:
        try:
            found.add(os.readlink(f"{folder}/{name}"))
        except OSError:
            pass  # closed meanwhile
    return found
