"""Judges a history by the contract of each consistency level, key by key.

The states of a key are its versions in order, and 0 for the time before them; a delete is a version that shows as nothing. A read may show any state
from the oldest that its level allows to the newest that was begun before the read returned. The oldest is, at level

  Strong      the last one acknowledged, or shown by a read that had returned, before the read began
  Bounded     the same, as of the graceful time before the read began
  Session     the last one that the session itself was acknowledged or shown before
  Eventually  none
  Pinned      none; but all reads of one timestamp show the same

and at every level the last acknowledged one whose timestamp is not above the one that the read says it read at. What a read shows is not taken
back, be it a write that nobody acknowledged.

Linear in what was read and written, but for sorting. `checker.py HISTORY [GRACE_SECONDS]` judges a stored one.
"""

import bisect
import collections
import dataclasses
import heapq
import sys

from history import ACKNOWLEDGED, BOUNDED, FAILED, SESSION, STRONG, UNKNOWN, History

GONE = None


@dataclasses.dataclass(slots=True)
class Violation:
    kind: str  # invented, torn, doubled, stale, lost, returned, changed, malformed
    key: int
    sentence: str

    def __str__(self):
        return f"{self.kind}: {self.sentence}"


def violations(history, grace_seconds):
    found = []
    keys = collections.defaultdict(list)
    for write in history.writes:
        keys[write.key].append(write)
    observations, pinned = collections.defaultdict(list), {}
    for read in sorted(history.reads, key=lambda r: r.invoked):
        states = states_of(read, found)
        for key, version in states.items():
            observations[key].append((read, version))
        if read.pin:
            compare(pinned.setdefault(read.pin, {}), read, states, found)
    for key in sorted(keys.keys() | observations.keys()):
        found += KeyJudge(key, keys.get(key, []), grace_seconds).judge(observations.get(key, []))
    return found


def states_of(read, found):
    """What the read shows of each key: a version, or that it is gone."""
    states = dict.fromkeys(read.asked, GONE)
    came = set()
    for row in read.torn:
        found.append(Violation("torn", -1, f"{told(read)} showed a row of several versions: {row}"))
    for key, version in read.shown:
        if key in came:
            found.append(Violation("doubled", key, f"key {key} came twice in {told(read)}: version {states[key]} and version {version}"))
        elif read.asked and key not in states:
            found.append(Violation("invented", key, f"key {key} was not asked for by {told(read)}, which showed version {version} of it"))
        came.add(key)
        states[key] = version
    return states


def compare(before, read, states, found):
    for key, version in states.items():
        first, earlier = before.setdefault(key, (version, read))
        if first != version:
            found.append(Violation("changed", key, f"key {key} at timestamp {read.pin}: {told(earlier)} showed {state(first)}, "
                                                   f"{told(read)} {state(version)}"))


def state(version):
    return "no row" if version is GONE else f"version {version}"


def told(read):
    return f"a {read.level} read ({read.session}, {read.invoked:.3f} to {read.returned:.3f} s)"


class Risen:
    """The largest of the versions whose time has come; asked for times that only rise."""

    def __init__(self):
        self.waiting, self.version, self.why = [], 0, ""

    def put(self, time, version, why):
        heapq.heappush(self.waiting, (time, version, why))

    def at(self, time):
        while self.waiting and self.waiting[0][0] < time:
            _, version, why = heapq.heappop(self.waiting)
            if version > self.version:
                self.version, self.why = version, why
        return self.version, self.why


class KeyJudge:
    def __init__(self, key, writes, grace_seconds):
        self.key, self.grace = key, grace_seconds
        self.writes = sorted(writes, key=lambda w: w.version)
        self.everybody, self.lagging, self.sessions = Risen(), Risen(), collections.defaultdict(Risen)
        self.begun = [w.invoked for w in self.writes]
        self.stamped = [w for w in self.writes if w.outcome == ACKNOWLEDGED and w.timestamp]
        self.stamps = [w.timestamp for w in self.stamped]
        self.next_gone = self.gone_from()

    def judge(self, observations):
        """The observations come in the order in which their reads began."""
        problem = self.malformed()
        if problem:
            return [Violation("malformed", self.key, problem)]
        for write in self.writes:
            if write.outcome == ACKNOWLEDGED:
                self.learn(write.returned, write.version, f"version {write.version} {'(a delete) ' if write.deleted else ''}"
                                                          f"was acknowledged at {write.returned:.3f} s", write.session)
        found, last_strong = [], {}
        for read, version in observations:
            violation, least = self.judge_one(read, version)
            if read.level == STRONG:
                last_strong = {"violation": violation}
            if violation:
                found.append(violation)
            elif least:
                self.learn(read.returned, least, f"version {least} was shown or followed by {told(read)}", read.session)
        if last_strong.get("violation") and last_strong["violation"].kind == "stale":
            last_strong["violation"].kind = "lost"  # it never came again
        return found

    def malformed(self):
        """What the harness itself did wrong."""
        for i, write in enumerate(self.writes):
            if write.version != i + 1:
                return f"key {self.key}: write {i + 1} is numbered {write.version}"
            if i and (write.invoked < self.writes[i - 1].returned or self.writes[i - 1].outcome == UNKNOWN):
                return f"key {self.key}: version {write.version} was begun before the one before it had an end"
        return ""

    def gone_from(self):
        """[version] the first state from there on in which there is no row; one more than there are versions: none."""
        result = [len(self.writes) + 1] * (len(self.writes) + 2)
        for version in range(len(self.writes), -1, -1):
            gone = version == 0 or (self.writes[version - 1].deleted and self.writes[version - 1].outcome != FAILED)
            result[version] = version if gone else result[version + 1]
        return result

    def learn(self, time, version, why, session):
        self.everybody.put(time, version, why)
        self.lagging.put(time + self.grace, version, why)
        self.sessions[session].put(time, version, why)

    def oldest(self, read):
        by_level = {STRONG: self.everybody, BOUNDED: self.lagging, SESSION: self.sessions[read.session]}
        # all are asked, so that their times only rise
        version, why = {level: risen.at(read.invoked) for level, risen in by_level.items()}.get(read.level, (0, ""))
        at = bisect.bisect_right(self.stamps, read.timestamp)
        if at and self.stamped[at - 1].version > version:
            write = self.stamped[at - 1]
            return write.version, f"version {write.version} was acknowledged with timestamp {write.timestamp}, and the read was of {read.timestamp}"
        return version, why

    def judge_one(self, read, version):
        """A violation or none, and the oldest state that the read can have shown."""
        oldest, why = self.oldest(read)
        newest = bisect.bisect_left(self.begun, read.returned)
        showed = f"key {self.key}: {told(read)} showed {state(version)}"
        if version is GONE:
            if self.next_gone[oldest] <= newest:
                return None, self.next_gone[oldest]
            return Violation("stale", self.key, f"{showed}, though {why}"), 0
        if not 0 < version <= len(self.writes):
            return Violation("invented", self.key, f"{showed}, which nobody wrote; there are {len(self.writes)}"), 0
        write = self.writes[version - 1]
        if version > newest:
            return Violation("invented", self.key, f"{showed}, which was begun only at {write.invoked:.3f} s"), 0
        if write.deleted:
            return Violation("invented", self.key, f"{showed}, which is a delete"), 0
        if write.outcome == FAILED:
            return Violation("invented", self.key, f"{showed}, whose write failed for sure at {write.returned:.3f} s"), 0
        if version < oldest:
            kind = "returned" if self.writes[oldest - 1].deleted else "stale"
            return Violation(kind, self.key, f"{showed}, though {why}"), 0
        return None, version


def main(path, grace_seconds="5"):
    history = History.load(path)
    found = violations(history, float(grace_seconds))
    for violation in found:
        print(violation)
    print(f"{len(history.writes)} writes, {len(history.reads)} reads, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
