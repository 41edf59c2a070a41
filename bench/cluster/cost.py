"""What processes have spent, out of /proc: CPU seconds, those of the JVM's compilers apart, and memory."""

import dataclasses
import os

TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Spent:
    """CPU seconds since the process began; compiling is a part of them."""

    cpu: float
    compiling: float

    def __sub__(self, other):
        return Spent(self.cpu - other.cpu, max(0.0, self.compiling - other.compiling))

    def __add__(self, other):
        return Spent(self.cpu + other.cpu, self.compiling + other.compiling)


NOTHING = Spent(0.0, 0.0)


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def process(pid):
    """Threads that ended are in the figure of the process; the compilers' own are read one by one, to the nanosecond."""
    stat = read("/proc/%d/stat" % pid)
    if not stat:
        return NOTHING
    fields = stat[stat.rindex(")") + 2:].split()
    return Spent((int(fields[11]) + int(fields[12])) / TICKS, sum(compilers(pid)))


def compilers(pid):
    task = "/proc/%d/task" % pid
    for thread in os.listdir(task) if os.path.isdir(task) else ():
        if read("%s/%s/comm" % (task, thread)).startswith(("C1 Compiler", "C2 Compiler")):
            yield int((read("%s/%s/schedstat" % (task, thread)) or "0").split()[0]) / 1e9


def now(processes):
    """Of processes by name."""
    return {name: process(pid) for name, pid in processes.items()}


def between(before, after):
    return {name: after[name] - before.get(name, NOTHING) for name in after}


def anonymous_mb(pid):
    """Heap and other memory that is no file's."""
    for line in read("/proc/%d/status" % pid).split("\n"):
        if line.startswith("RssAnon"):
            return round(int(line.split()[1]) / 1024)
    return 0
