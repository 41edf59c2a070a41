"""What clients did to one collection, and what they were told: the material that the checker judges.

A key has one writer, one request of it at a time; its writes are numbered 1, 2, ... and every field of a row tells key and number (the version).
Times are seconds of one monotonic clock, timestamps the database's own.
"""

import dataclasses
import json
import threading

STRONG, BOUNDED, SESSION, EVENTUALLY, PINNED = "Strong", "Bounded", "Session", "Eventually", "Pinned"
ACKNOWLEDGED = "acknowledged"
FAILED = "failed"  # for sure: it was never sent, or was refused
UNKNOWN = "unknown"  # it may have happened, may still happen, or never will; the key is not written again


@dataclasses.dataclass(slots=True)
class Write:
    key: int
    version: int
    deleted: bool
    session: str
    invoked: float
    returned: float
    outcome: str
    timestamp: int = 0  # as answered, not below that of the commit; 0: none was told


@dataclasses.dataclass(slots=True)
class Read:
    level: str
    session: str
    invoked: float
    returned: float
    asked: list[int] | range  # keys it asked for: those not shown were not there. Empty for a search, which proves no absence
    shown: list[tuple[int, int]]  # key and version of each row, as they came
    torn: list[str] = dataclasses.field(default_factory=list)  # rows whose fields are not of one version
    pin: int = 0  # the timestamp it was pinned to
    timestamp: int = 0  # at which it says it read; 0: not told


class History:
    def __init__(self):
        self.writes, self.reads = [], []
        self.lock = threading.Lock()

    def add(self, entry):
        with self.lock:
            (self.writes if isinstance(entry, Write) else self.reads).append(entry)

    def save(self, path):
        """One JSON object a line, writes first."""
        with open(path, "w") as file:
            for entry in [*self.writes, *self.reads]:
                fields = dataclasses.asdict(entry)
                if isinstance(fields.get("asked"), range):
                    fields["asked"] = {"from": entry.asked.start, "to": entry.asked.stop}
                file.write(json.dumps(fields) + "\n")

    @staticmethod
    def load(path):
        history = History()
        with open(path) as file:
            for line in file:
                fields = json.loads(line)
                if "version" in fields:
                    history.add(Write(**fields))
                    continue
                if isinstance(fields["asked"], dict):
                    fields["asked"] = range(fields["asked"]["from"], fields["asked"]["to"])
                fields["shown"] = [tuple(row) for row in fields["shown"]]
                history.add(Read(**fields))
        return history
