"""CPU by process and role: milliseconds for each thousandth of the count that is given, so that a count in thousands of calls gives ms a call."""

import re

STORES = ("kafka", "etcd", "s3")


def by_process(spent, count):
    return {name: (s["cpu"] - s["compiling"]) / count for name, s in spent.items()}


def summed_by_role(figures):
    summed = {}
    for name, figure in figures.items():
        role = re.sub(r"-\d+$", "", name)
        summed[role] = summed.get(role, 0) + figure
    return summed


def by_role(spent, count):
    return summed_by_role(by_process(spent, count))


def elanus(spent, count):
    return sum(ms for role, ms in by_role(spent, count).items() if role not in (*STORES, "client"))


def stores(spent, count):
    """None where there are none."""
    figures = [ms for role, ms in by_role(spent, count).items() if role in STORES]
    return sum(figures) if figures else None


def of(per, role):
    return [ms for name, ms in per.items() if re.sub(r"-\d+$", "", name) == role]


def sum_of(per, role):
    return sum(of(per, role))


def largest_of(per, role):
    return max(of(per, role), default=None)


def bound(per):
    """Calls a second by the busiest process alone, with its name; per: ms a call."""
    name = max((name for name in per if not name.startswith(("client", *STORES[1:]))), key=per.get)
    return "{:,.0f} ({})".format(1e3 / per[name], name)
