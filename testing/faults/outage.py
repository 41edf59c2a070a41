"""How long clients were without success."""

import collections


def longest_gaps(calls, begin, end):
    """Seconds, by kind of call: the longest stretch from begin to end in which no call of it succeeded."""
    ends = collections.defaultdict(list)
    for call in calls:
        ends[call.kind]  # also of one that never succeeded
        if not call.error and begin < call.returned <= end:
            ends[call.kind].append(call.returned)
    return {kind: max(after - before for before, after in zip([begin, *sorted(times)], [*sorted(times), end])) for kind, times in ends.items()}


def failed(calls, begin, end):
    """Calls that failed there, by kind and error."""
    return collections.Counter((call.kind, call.error) for call in calls if call.error and begin < call.returned <= end)


def healed(calls, kinds, since):
    """Whether each kind succeeded with a call begun since."""
    return kinds <= {call.kind for call in calls if not call.error and call.invoked > since}
