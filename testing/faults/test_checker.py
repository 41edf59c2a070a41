"""The checker catches each planted defect, and lets right histories pass."""

import random

import pytest
from checker import violations
from history import ACKNOWLEDGED, BOUNDED, EVENTUALLY, FAILED, PINNED, SESSION, STRONG, UNKNOWN, History, Read, Write

GRACE_SECONDS = 5


def write(key, version, begin, end, outcome=ACKNOWLEDGED, deleted=False, session="a", timestamp=0):
    return Write(key, version, deleted, session, begin, end, outcome, timestamp)


def read(level, begin, end, shown, asked=(1,), session="r", **rest):
    return Read(level, session, begin, end, list(asked), shown, **rest)


def judged(*entries):
    history = History()
    for entry in entries:
        history.add(entry)
    return violations(history, GRACE_SECONDS)


def kinds(*entries):
    return [v.kind for v in judged(*entries)]


TWICE = [write(1, 1, 0, 1), write(1, 2, 2, 3)]
DELETED = [write(1, 1, 0, 1), write(1, 2, 2, 3, deleted=True)]


def test_lost_acknowledged_write():
    [violation] = judged(*TWICE, read(STRONG, 9, 9.1, [(1, 1)]))
    assert str(violation) == ("lost: key 1: a Strong read (r, 9.000 to 9.100 s) showed version 1, "
                              "though version 2 was acknowledged at 3.000 s")
    assert kinds(*TWICE, read(STRONG, 9, 9.1, [])) == ["lost"]


def test_stale_strong_read():
    assert kinds(*TWICE, read(STRONG, 3.5, 3.6, [(1, 1)]), read(STRONG, 9, 9.1, [(1, 2)])) == ["stale"]


def test_bounded_read_older_than_its_grace():
    assert kinds(*TWICE, read(BOUNDED, 8.5, 8.6, [(1, 1)])) == ["stale"]
    assert kinds(*TWICE, read(BOUNDED, 7.5, 7.6, [(1, 1)])) == []


def test_session_without_its_own_write():
    assert kinds(*TWICE, read(SESSION, 4, 4.1, [(1, 1)], session="a")) == ["stale"]
    assert kinds(*TWICE, read(SESSION, 4, 4.1, [(1, 1)], session="b")) == []


def test_session_that_goes_back():
    assert kinds(*TWICE, read(SESSION, 4, 4.1, [(1, 2)]), read(SESSION, 5, 5.1, [(1, 1)])) == ["stale"]


def test_invented_row():
    assert kinds(*TWICE, read(EVENTUALLY, 4, 4.1, [(1, 3)])) == ["invented"]
    assert kinds(*TWICE, read(EVENTUALLY, 4, 4.1, [(7, 1)], asked=(7,))) == ["invented"]
    assert kinds(*TWICE, read(EVENTUALLY, 4, 4.1, [(1, 2), (2, 1)])) == ["invented", "invented"]


def test_write_that_failed_for_sure():
    assert kinds(write(1, 1, 0, 1), write(1, 2, 2, 3, FAILED), read(EVENTUALLY, 4, 4.1, [(1, 2)])) == ["invented"]
    assert kinds(write(1, 1, 0, 1), write(1, 2, 2, 3, FAILED, deleted=True), read(STRONG, 4, 4.1, [])) == ["lost"]
    assert kinds(write(1, 1, 0, 1), write(1, 2, 2, 3, FAILED), write(1, 3, 4, 5), read(STRONG, 4.5, 4.6, [(1, 1)])) == []


def test_row_of_the_future():
    assert kinds(*TWICE, read(STRONG, 1.2, 1.5, [(1, 2)])) == ["invented"]


def test_doubled_row():
    assert kinds(*TWICE, read(STRONG, 4, 4.1, [(1, 2), (1, 2)])) == ["doubled"]
    assert kinds(*TWICE, read(EVENTUALLY, 4, 4.1, [(1, 1), (1, 2)])) == ["doubled"]


def test_row_of_two_versions():
    assert kinds(*TWICE, read(STRONG, 4, 4.1, [(1, 2)], torn=["key 1: text of version 1, vector of version 2"])) == ["torn"]


def test_deleted_row_that_comes_back():
    assert kinds(*DELETED, read(STRONG, 4, 4.1, []), read(STRONG, 5, 5.1, [(1, 1)])) == ["returned"]
    assert kinds(*DELETED, read(BOUNDED, 9, 9.1, [(1, 1)])) == ["returned"]
    assert kinds(*DELETED, read(EVENTUALLY, 9, 9.1, [(1, 2)])) == ["invented"]


def test_pinned_read_that_changes():
    assert kinds(*TWICE, read(PINNED, 4, 4.1, [(1, 1)], pin=77), read(PINNED, 5, 5.1, [(1, 2)], pin=77)) == ["changed"]
    assert kinds(*TWICE, read(PINNED, 4, 4.1, [(1, 1)], pin=77), read(PINNED, 5, 5.1, [], pin=77)) == ["changed"]
    assert kinds(*TWICE, read(PINNED, 4, 4.1, [(1, 1)], pin=77), read(PINNED, 5, 5.1, [(1, 2)], pin=78)) == []


def test_read_below_its_own_timestamp():
    stamped = [write(1, 1, 0, 1, timestamp=10), write(1, 2, 2, 3, timestamp=20)]
    assert kinds(*stamped, read(PINNED, 4, 4.1, [(1, 1)], pin=20, timestamp=20)) == ["stale"]
    assert kinds(*stamped, read(PINNED, 4, 4.1, [(1, 1)], pin=19, timestamp=19)) == []
    assert kinds(*stamped, read(EVENTUALLY, 4, 4.1, [], timestamp=12)) == ["stale"]


def test_unknown_outcomes_either_way():
    unknown = [write(1, 1, 0, 1), write(1, 2, 2, 3, UNKNOWN)]
    assert kinds(*unknown, read(STRONG, 9, 9.1, [(1, 1)])) == []
    assert kinds(*unknown, read(STRONG, 9, 9.1, [(1, 2)])) == []
    assert kinds(*unknown, read(STRONG, 9, 9.1, [])) == ["lost"]
    never = [write(1, 1, 0, 1, UNKNOWN)]
    assert kinds(*never, read(STRONG, 9, 9.1, [])) == []
    late = [read(STRONG, 9, 9.1, [(1, 1)]), read(STRONG, 10, 10.1, [(1, 2)])]
    assert kinds(*unknown, *late) == []


def test_unknown_outcome_is_settled_once_seen():
    unknown = [write(1, 1, 0, 1), write(1, 2, 2, 3, UNKNOWN)]
    assert kinds(*unknown, read(EVENTUALLY, 9, 9.1, [(1, 2)]), read(STRONG, 10, 10.1, [(1, 1)])) == ["lost"]
    erased = [write(1, 1, 0, 1), write(1, 2, 2, 3, UNKNOWN, deleted=True)]
    assert kinds(*erased, read(STRONG, 9, 9.1, []), read(STRONG, 10, 10.1, [(1, 1)])) == ["returned"]


def test_reads_beside_a_write():
    assert kinds(*TWICE, read(STRONG, 2.5, 2.6, [(1, 1)]), read(STRONG, 2.7, 2.8, [(1, 2)])) == []
    assert kinds(*TWICE, read(STRONG, 2.5, 2.6, [(1, 2)]), read(STRONG, 2.7, 2.8, [(1, 1)])) == ["lost"]


def test_search_proves_no_absence():
    assert kinds(*TWICE, read(STRONG, 4, 4.1, [], asked=())) == []
    assert kinds(*TWICE, read(STRONG, 4, 4.1, [(1, 1)], asked=())) == ["lost"]


def test_harness_that_writes_a_key_of_unknown_outcome():
    assert kinds(write(1, 1, 0, 1, UNKNOWN), write(1, 2, 2, 3)) == ["malformed"]


def right_history(seed, writes=400, keys=10):
    """A register for each key: a write takes effect at a moment between its begin and end, a read shows the states of a moment that its level allows."""
    rng = random.Random(seed)
    history, moments, clock = History(), {}, dict.fromkeys(range(keys), 0.0)
    versions, frozen = dict.fromkeys(range(keys), 0), set()
    for _ in range(writes):
        key = rng.randrange(keys)
        if key in frozen:
            continue
        begin = clock[key] + rng.random()
        effect = begin + rng.random()
        end = clock[key] = effect + rng.random()
        versions[key] += 1
        outcome = rng.choices([ACKNOWLEDGED, FAILED, UNKNOWN], [0.9, 0.07, 0.03])[0]
        deleted = rng.random() < 0.3
        if outcome == UNKNOWN:
            frozen.add(key)
            effect += rng.choice([0, 10, float("inf")])
        history.add(Write(key, versions[key], deleted, f"w{key}", begin, end, outcome, int(effect * 1e6) if outcome == ACKNOWLEDGED else 0))
        if outcome != FAILED:
            moments.setdefault(key, []).append((effect, None if deleted else versions[key]))
    for _ in range(writes):
        begin = rng.random() * max(clock.values())
        end = begin + rng.random()
        level = rng.choice([STRONG, BOUNDED, SESSION, EVENTUALLY, PINNED])
        asked = rng.sample(range(keys), 3)
        back = {STRONG: 0, BOUNDED: GRACE_SECONDS, SESSION: 0, EVENTUALLY: 100, PINNED: 100}[level]
        at = min(end, begin - back * rng.random() + 0.5 * rng.random() * (end - begin))
        shown = []
        for key in asked:
            past = [version for effect, version in moments.get(key, []) if effect <= at]
            if past and past[-1]:
                shown.append((key, past[-1]))
        pin = max(1, int(at * 1e6))
        history.add(Read(level, f"s{rng.random()}", begin, end, asked, shown, pin=pin if level == PINNED else 0, timestamp=pin))
    return history


@pytest.mark.parametrize("seed", range(20))
def test_right_histories_pass(seed):
    assert [str(v) for v in violations(right_history(seed), GRACE_SECONDS)] == []


@pytest.mark.parametrize("seed", range(20))
def test_one_defect_anywhere_is_caught(seed):
    """One acknowledged write of a key is forgotten by a Strong read after it."""
    history, rng = right_history(seed), random.Random(seed)
    victim = rng.choice([w for w in history.writes if w.outcome == ACKNOWLEDGED and not w.deleted])
    later = [w.invoked for w in history.writes if w.key == victim.key and w.version > victim.version]
    soon = min([*later, victim.returned + 1])
    history.add(Read(STRONG, "late", victim.returned + 1e-9, (victim.returned + soon) / 2, [victim.key], []))
    assert {v.key for v in violations(history, GRACE_SECONDS)} == {victim.key}


def test_a_stored_history_is_judged_alike(tmp_path):
    history = right_history(1, writes=2000, keys=100)
    history.add(read(STRONG, 900, 901, [(0, 10_000)], asked=(0,)))
    history.add(read(STRONG, 902, 903, [], asked=range(0)))
    history.save(tmp_path / "history.jsonl")
    again = History.load(tmp_path / "history.jsonl")
    assert (again.writes, again.reads) == (history.writes, history.reads)
    assert [v.kind for v in violations(again, GRACE_SECONDS)] == ["invented"]
