"""Clients at work on one collection: a writer for each shard, a reader for each consistency level, one that searches, one that flushes and compacts.

Each call has a deadline of its own and is made once. A client stays with one proxy until a call fails, then takes the next one.
"""

import collections
import random
import threading
import time

import rows
from history import ACKNOWLEDGED, BOUNDED, EVENTUALLY, FAILED, PINNED, SESSION, STRONG, UNKNOWN, Read, Write
from wire import Connection, Refused, Unclear

KEYS_OF_A_WRITER = 40
KEYS_OF_A_READ = 12
PINS = 4
SCAN_EVERY = 25  # of the Strong reads one asks for all rows
FLUSH_SECONDS = 4

Call = collections.namedtuple("Call", "kind invoked returned error")


class Collection:
    """What its clients share."""

    def __init__(self, name, told, shards, search_params, history, calls):
        self.name, self.shards, self.search_params, self.history, self.calls = name, shards, search_params, history, calls
        self.id, self.fields = told["collection_id"], told["fields"]
        self.keys = []  # all that were ever chosen to be written, in no order
        self.sessions = [Session(f"{name}/{shard}") for shard in range(shards)]
        self.versions = {}  # of the latest write of each key


class Session:
    """What a client carries from its writes and reads to its next read."""

    def __init__(self, name):
        self.name, self.timestamp, self.lock, self.keys, self.stamps = name, 0, threading.Lock(), [], collections.deque(maxlen=50)

    def saw(self, timestamp):
        with self.lock:
            self.timestamp = max(self.timestamp, timestamp)


class Client(threading.Thread):
    """Repeats a step until it is told to stop."""

    def __init__(self, collection, proxies, rng, options):
        super().__init__(daemon=True)
        self.collection, self.proxies, self.rng, self.options = collection, proxies, random.Random(rng.random()), options
        self.stop, self.error, self.chosen, self.connections = False, None, self.rng.randrange(100), {}

    def run(self):
        try:
            while not self.stop:
                self.step()
                time.sleep(self.rng.uniform(0.5, 1.5) * self.options.pause_ms / 1000)
        except Exception as e:
            self.error = e
            raise
        finally:
            for connection in self.connections.values():
                connection.close()

    def connection(self):
        addresses = self.proxies()
        address = addresses[self.chosen % len(addresses)]
        if address not in self.connections:
            self.connections[address] = Connection(address)
        return self.connections[address]

    def timed(self, kind, work):
        """The answer or None, the moments of begin and end, and the outcome."""
        answer, error, outcome = None, "", ACKNOWLEDGED
        invoked = time.monotonic()
        try:
            answer = work(self.connection())
        except Refused as e:
            error, outcome = str(e), FAILED
        except Unclear as e:
            error, outcome = str(e), UNKNOWN
        returned = time.monotonic()
        self.collection.calls.append(Call(kind, invoked, returned, error))
        if error:
            self.chosen += 1
            time.sleep(0.1)
        return answer, invoked, returned, outcome

    def read(self, level, session, keys, timestamp=0):
        """Asks for keys, or for all rows when there are none."""
        c, seconds = self.collection, self.options.deadline_seconds
        expression = f"id in {keys}" if keys else "id >= 0"
        answer, invoked, returned, _ = self.timed(
            f"{level} {c.name}", lambda connection: connection.query(c.name, expression, rows.FIELDS, level, timestamp, seconds))
        if answer is None:
            return None
        found, at = answer
        # of all rows: also of keys that were chosen while it read; nobody had written them before
        self.record(level, session, invoked, returned, keys or list(c.keys), found, at, timestamp if level == PINNED else 0)
        return at

    def record(self, level, session, invoked, returned, asked, found, at, pin=0):
        self.collection.history.add(Read(level, session, invoked, returned, asked, [(r["id"], r["version"]) for r in found],
                                         [wrong for wrong in map(rows.torn, found) if wrong], pin, at))


class Writer(Client):
    """Owns the keys of one shard."""

    def __init__(self, collection, shard, proxies, rng, options):
        super().__init__(collection, proxies, rng, options)
        self.shard, self.kind, self.session, self.next_key = shard, f"write {collection.name}/{shard}", collection.sessions[shard], 0
        self.versions = {}  # of the keys that may be written
        self.failing = False

    def step(self):
        while len(self.versions) < KEYS_OF_A_WRITER:
            self.choose_key()
        c, seconds = self.collection, self.options.deadline_seconds
        keys = self.rng.sample(sorted(self.versions), 1 if self.failing else self.rng.randint(1, 4))
        versions = {key: self.versions[key] + 1 for key in keys}
        deleted = self.rng.random() < 0.25
        if deleted:
            work = lambda connection: connection.delete(c.name, keys, seconds)
        else:
            data = [rows.row(key, version) for key, version in versions.items()]
            work = lambda connection: connection.upsert(c.name, data, c.fields, seconds)
        timestamp, invoked, returned, outcome = self.timed(self.kind, work)
        if timestamp:
            self.session.saw(timestamp)
            self.session.stamps.append(timestamp)
            returned = time.monotonic()
        self.failing = outcome != ACKNOWLEDGED
        for key, version in versions.items():
            c.history.add(Write(key, version, deleted, self.session.name, invoked, returned, outcome, timestamp or 0))
            self.versions[key] = version
            c.versions[key] = version
            if outcome == UNKNOWN:
                del self.versions[key]

    def choose_key(self):
        while rows.shard_of(self.next_key, self.collection.shards) != self.shard:
            self.next_key += 1
        self.collection.keys.append(self.next_key)
        self.session.keys.append(self.next_key)
        self.versions[self.next_key] = 0
        self.next_key += 1


class Reader(Client):
    def __init__(self, collection, level, proxies, rng, options):
        super().__init__(collection, proxies, rng, options)
        self.level, self.name_of_session, self.reads, self.pins = level, f"{collection.name}/{level}", 0, collections.deque(maxlen=PINS)

    def step(self):
        self.reads += 1
        if not self.collection.keys:
            return
        if self.level == SESSION:
            self.in_session()
        elif self.level == PINNED:
            self.pinned()
        else:
            everything = self.level == STRONG and self.reads % SCAN_EVERY == 0
            self.read(self.level, self.name_of_session, [] if everything else self.some(self.collection.keys))

    def some(self, keys):
        """Half of them from the newest ones."""
        keys = list(keys)
        return sorted({*self.rng.choices(keys, k=KEYS_OF_A_READ // 2), *self.rng.choices(keys[-200:], k=KEYS_OF_A_READ // 2)})

    def in_session(self):
        session = self.rng.choice(self.collection.sessions)
        if session.timestamp:
            at = self.read(SESSION, session.name, self.some(session.keys), session.timestamp)
            session.saw(at or 0)

    def pinned(self):
        """The same keys at the same timestamp, again and again; now and then a new timestamp."""
        session = self.rng.choice(self.collection.sessions)
        if session.stamps and (len(self.pins) < PINS or self.reads % 60 == 0):
            self.pins.append((self.rng.choice(list(session.stamps)), self.some(self.collection.keys)))
        if self.pins:
            timestamp, keys = self.rng.choice(self.pins)
            self.read(PINNED, self.name_of_session, keys, timestamp)


class Searcher(Client):
    """Searches near rows; the distances are held against the rows that came with them."""

    def step(self):
        c = self.collection
        if not c.keys:
            return
        level = self.rng.choice([BOUNDED, EVENTUALLY])
        key = self.rng.choice(list(c.keys))
        asked = rows.vector(key, max(1, c.versions.get(key, 1)))
        answer, invoked, returned, _ = self.timed(f"search {c.name}", lambda connection: connection.search(
            c.name, asked, 10, c.search_params, rows.FIELDS, level, 0, self.options.deadline_seconds))
        if answer is None:
            return
        hits, at = answer
        self.record(level, f"{c.name}/search", invoked, returned, [], hits, at)
        for wrong in wrong_distances(asked, hits):
            c.history.add(Read(level, f"{c.name}/search", invoked, returned, [], [], [wrong]))


def wrong_distances(asked, hits):
    """Sentences; also about an order that is none."""
    for before, hit in zip([None, *hits], hits):
        right = sum((a - b) ** 2 for a, b in zip(asked, hit["v"]))
        if abs(hit["distance"] - right) > 1e-4 * max(1, right):
            yield f"key {hit['id']}, version {hit['version']}: distance {hit['distance']} where {right} is right"
        if before and before["distance"] > hit["distance"] + 1e-4:
            yield f"key {hit['id']} at distance {hit['distance']} came after {before['distance']}"


class Upkeep(Client):
    """Has growing rows sealed, and segments merged, while the others work."""

    def step(self):
        self.timed("flush", lambda connection: connection.flush(self.collection.name, self.options.deadline_seconds) or True)
        if self.rng.random() < 0.3:
            self.timed("compact", lambda connection: connection.compact(self.collection.id, self.options.deadline_seconds) or True)
        for _ in range(10 * FLUSH_SECONDS):
            if not self.stop:
                time.sleep(0.1)


def clients_of(collection, proxies, rng, options):
    return [*(Writer(collection, shard, proxies, rng, options) for shard in range(collection.shards)),
            *(Reader(collection, level, proxies, rng, options) for level in (STRONG, BOUNDED, SESSION, EVENTUALLY, PINNED)),
            Searcher(collection, proxies, rng, options), Upkeep(collection, proxies, rng, options)]
