"""Measure one server that speaks the Milvus protocol (or an embedded file: --uri x.db).

Works with pymilvus 2.3 (old interface), 2.4, 2.5, 2.6 and 3.x; run it with the
Python of the environment that holds the client. Talks only to the given URI.

  python measure.py --uri http://127.0.0.1:19541 --data wn384 --out r.json \
      --cmd "milvus-lite server --data-dir {dir} --host 127.0.0.1 --port 19541" \
      --dir d --lock bench.lock --name lite --phases all

--cmd starts the server ({dir} is replaced by --dir); leave it out to use a
server that runs already (give its process id with --pid for memory and CPU).
Phases: start ingest index search search4 filter point fresh mixed restart crash.
Phases but start hold the lock file exclusively (flock), for
about --slice seconds at a time, so that two measurements do not overlap. 'foreign' in a phase is the CPU, in cores, that other
processes used meanwhile: doubt a figure where it is large.

--data holds base.npy query.npy base.txt (see glosses.py).
"""
import argparse, fcntl, json, logging, os, shlex, signal, socket, statistics, subprocess, sys, threading, time, traceback
import numpy as np
import pymilvus

VER = tuple(int(x) for x in pymilvus.__version__.split(".")[:2])
OLD = VER < (2, 4)
logging.disable(logging.CRITICAL)
HZ = os.sysconf("SC_CLK_TCK")
C = "bench"
FREE = ("start",)  # runs without the lock
HNSW = {"M": 16, "efConstruction": 200}


# ---------------------------------------------------------------- processes
def procs():
    t = {}
    for p in os.listdir("/proc"):
        if p.isdigit():
            try:
                s = open("/proc/%s/stat" % p).read()
                f = s[s.rindex(")") + 2:].split()
                if f[0] != "Z":
                    t[int(p)] = (int(f[1]), (int(f[11]) + int(f[12])) / HZ)
            except OSError:
                pass
    return t


def tree(pid, t=None):
    t = t or procs()
    out, todo = [], [pid]
    while todo:
        x = todo.pop()
        if x in t:
            out.append(x)
            todo += [p for p, (pp, _) in t.items() if pp == x]
    return out


def cpu_of(pids, t):
    return sum(t[p][1] for p in pids if p in t)


def rss_mb(pids):
    kb = 0
    for p in pids:
        try:
            for line in open("/proc/%d/status" % p):
                if line.startswith("VmRSS"):
                    kb += int(line.split()[1])
        except OSError:
            pass
    return round(kb / 1024)


def anonymous_mb(pids):
    """Heap and anonymous memory; mapped files apart."""
    kb = 0
    for p in pids:
        try:
            for line in open("/proc/%d/status" % p):
                if line.startswith("RssAnon"):
                    kb += int(line.split()[1])
        except OSError:
            pass
    return round(kb / 1024)


def run_seconds(pids):
    """CPU seconds of each thread, to the nanosecond (schedstat)."""
    seconds = {}
    for p in pids:
        try:
            for t in os.listdir("/proc/%d/task" % p):
                seconds[p, t] = int(open("/proc/%d/task/%s/schedstat" % (p, t)).read().split()[0]) / 1e9
        except OSError:
            pass
    return seconds


def written_bytes(pids):
    total = 0
    for p in pids:
        try:
            for line in open("/proc/%d/io" % p):
                if line.startswith("write_bytes"):
                    total += int(line.split()[1])
        except OSError:
            pass
    return total


def busy():
    f = [int(x) for x in open("/proc/stat").readline().split()[1:9]]
    return (sum(f) - f[3] - f[4]) / HZ


# ---------------------------------------------------------------- the client
class Db:
    """The few calls needed, over whichever pymilvus is there."""

    def __init__(self, uri):
        self.uri = uri
        if OLD:
            from pymilvus import connections
            self.alias = "a%d" % id(self)
            connections.connect(self.alias, uri=uri, timeout=1)
        else:
            from pymilvus import MilvusClient
            self.c = MilvusClient(uri)

    def col(self, name):
        from pymilvus import Collection
        k = "_c" + name
        if not hasattr(self, k):
            setattr(self, k, Collection(name, using=self.alias))
        return getattr(self, k)

    def list(self):
        if OLD:
            from pymilvus import utility
            return utility.list_collections(using=self.alias, timeout=3)
        return self.c.list_collections(timeout=3)

    def create(self, name, dim):
        from pymilvus import DataType, FieldSchema, CollectionSchema
        fs = [FieldSchema("id", DataType.INT64, is_primary=True, auto_id=False),
              FieldSchema("vec", DataType.FLOAT_VECTOR, dim=dim),
              FieldSchema("text", DataType.VARCHAR, max_length=4096),
              FieldSchema("cat", DataType.INT64)]
        s = CollectionSchema(fs, "")
        if OLD:
            from pymilvus import Collection
            setattr(self, "_c" + name, Collection(name, s, using=self.alias))
        else:
            self.c.create_collection(name, schema=s)

    def drop(self, name):
        if name in self.list():
            if OLD:
                self.col(name).drop()
                delattr(self, "_c" + name)
            else:
                self.c.drop_collection(name)

    def insert(self, name, b, upsert=False):
        if OLD:
            m = self.col(name).upsert if upsert else self.col(name).insert
            return m([b["id"], b["vec"], b["text"], b["cat"]])
        rows = [{"id": i, "vec": v, "text": t, "cat": c}
                for i, v, t, c in zip(b["id"], b["vec"], b["text"], b["cat"])]
        return (self.c.upsert if upsert else self.c.insert)(name, rows)

    def flush(self, name):
        if OLD:
            self.col(name).flush()
        elif hasattr(self.c, "flush"):
            self.c.flush(name)

    def index(self, name, kind, metric, params):
        if OLD:
            self.col(name).create_index("vec", {"index_type": kind, "metric_type": metric, "params": params})
        else:
            p = self.c.prepare_index_params()
            p.add_index("vec", index_type=kind, metric_type=metric, params=params)
            self.c.create_index(name, p)

    def index_state(self, name):
        if OLD:
            from pymilvus import utility
            return utility.index_building_progress(name, using=self.alias)
        try:
            d = self.c.describe_index(name, "vec") or {}
        except Exception as e:
            return {"error": str(e)[:80]}
        return {k: d.get(k) for k in ("total_rows", "indexed_rows", "pending_index_rows", "state", "index_type")}

    def load(self, name):
        self.col(name).load() if OLD else self.c.load_collection(name)

    def search(self, name, q, k, ef, flt="", fields=None, level=None, metric="COSINE"):
        p = {"metric_type": metric, "params": {"ef": ef}}
        kw = {"consistency_level": level} if level else {}
        if OLD:
            r = self.col(name).search([q], "vec", p, k, expr=flt or None, output_fields=fields, **kw)
        else:
            r = self.c.search(name, [q], filter=flt, limit=k, output_fields=fields, search_params=p,
                              anns_field="vec", **kw)
        return [(h.id if OLD else h["id"]) for h in r[0]]

    def query(self, name, flt, fields, limit=None, level=None):
        kw = {"consistency_level": level} if level else {}
        if limit:
            kw["limit"] = limit
        if OLD:
            return self.col(name).query(flt, output_fields=fields, **kw)
        return self.c.query(name, filter=flt, output_fields=fields, **kw)

    def count(self, name, level="Strong"):
        return self.query(name, "", ["count(*)"], level=level)[0]["count(*)"]


# ---------------------------------------------------------------- the run
class Bench:
    def __init__(self, a):
        self.a = a
        self.proc = None
        self.db = None
        self.embedded = "://" not in a.uri
        self.r = {"name": a.name, "pymilvus": pymilvus.__version__, "python": sys.version.split()[0],
                  "uri": "embedded" if self.embedded else "tcp", "rows": a.rows, "phases": {}}
        if os.path.exists(a.out):
            self.r = json.load(open(a.out))
        base = np.load(os.path.join(a.data, "base.npy"), mmap_mode="r")
        self.n = min(a.rows, len(base))
        self.base = np.ascontiguousarray(base[: self.n])
        self.q = np.load(os.path.join(a.data, "query.npy"))
        self.text = open(os.path.join(a.data, "base.txt"), encoding="utf-8").read().split("\n")[: self.n]
        self.cat = np.random.default_rng(11).permutation(self.n) % 1000
        self.gt = self.exact(None)

    def exact(self, limit):
        """Exact nearest 100 by cosine among the first n rows (with cat < limit), cached."""
        f = os.path.join(self.a.data, "gt100_n%d_cat%s.npy" % (self.n, limit))
        if os.path.exists(f):
            return np.load(f)
        keep = np.arange(self.n) if limit is None else np.flatnonzero(self.cat < limit)
        s = self.q @ self.base[keep].T
        g = keep[np.argsort(-s, axis=1)[:, :100]]
        np.save(f + ".tmp.npy", g)
        os.replace(f + ".tmp.npy", f)
        return g

    # processes of the server
    def pids(self):
        if self.embedded:
            return [p for p in tree(os.getpid()) if p != os.getpid() and p not in self.own] or [os.getpid()]
        pid = self.proc.pid if self.proc else self.a.pid
        return tree(pid) if pid else []

    own = ()
    lock, since = None, 0

    def free_port(self):
        """Wait until the port can be bound: some launchers move to another port instead."""
        host, port = self.a.uri.split("://")[1].split(":")
        for _ in range(400):
            with socket.socket() as k:
                try:
                    k.bind((host, int(port)))
                    return
                except OSError:
                    time.sleep(0.2)

    def spawn(self):
        cmd = [x.replace("{dir}", self.a.dir) for x in shlex.split(self.a.cmd)]
        log = open(os.path.join(os.path.dirname(os.path.abspath(self.a.out)), self.a.name + ".server.log"), "ab")
        self.proc = subprocess.Popen(cmd, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)

    def wait_up(self, t0, limit=180):
        while time.time() - t0 < limit:
            if self.proc and self.proc.poll() is not None:
                raise SystemExit("the server ended: see its log")
            try:
                host, port = self.a.uri.split("://")[1].split(":")
                socket.create_connection((host, int(port)), 1).close()
                db = Db(self.a.uri)
                db.list()
                self.db = db
                return time.time() - t0
            except Exception:
                time.sleep(0.02)
        raise SystemExit("no answer")

    def stop(self, sig):
        t0 = time.time()
        ps = self.pids()
        for p in (ps if sig == signal.SIGKILL else ps[:1]):
            try:
                os.kill(p, sig)
            except ProcessLookupError:
                pass
        try:
            self.proc.wait(60)
        except subprocess.TimeoutExpired:
            return self.stop(signal.SIGKILL)
        end = time.time() + 30
        while any(p in procs() for p in ps) and time.time() < end:
            time.sleep(0.05)
        for p in ps:
            if p in procs():
                os.kill(p, signal.SIGKILL)
        self.proc = None
        return time.time() - t0

    def phase(self, name):
        t = time.time()
        if self.lock and (name in FREE or t - self.since > self.a.slice):
            self.lock.close()
            self.lock = None
        if self.a.lock and not self.lock and name not in FREE:
            self.lock = open(self.a.lock, "a")
            fcntl.flock(self.lock, fcntl.LOCK_EX)
            self.since = time.time()
        waited = time.time() - t
        try:
            p0, b0, t0 = procs(), busy(), time.time()
            s0, m0 = self.pids() if (self.proc or self.a.pid or self.embedded) else [], tree(os.getpid(), None)
            kid0 = sum(os.times()[2:4])
            try:
                out = getattr(self, "p_" + name)() or {}
            except Exception as e:
                if os.environ.get("TRACE"):
                    traceback.print_exc()
                out = {"failed": "%s: %s" % (type(e).__name__, str(e)[:300])}
            p1, dt = procs(), time.time() - t0
            mine = set(tree(os.getpid(), p1)) | set(self.pids()) | set(s0)
            used = sum(p1[p][1] - p0.get(p, (0, 0))[1] for p in mine if p in p1)
            used += max(0, sum(os.times()[2:4]) - kid0)
            srv = cpu_of(set(self.pids()), p1) - cpu_of(set(s0), p0)
            out["_s"] = round(dt, 1)
            out["_server_cpu_s"] = round(srv, 1)
            out["_server_rss_mb"] = rss_mb(self.pids())
            out["_server_anonymous_mb"] = anonymous_mb(self.pids())
            out["_foreign_cores"] = round(max(0, busy() - b0 - used) / dt, 2)
            out["_waited_s"] = round(waited)
            out["_locked"] = bool(self.lock)
            out["_at"] = time.strftime("%H:%M:%S")
        finally:
            pass
        self.r["phases"][name] = out
        json.dump(self.r, open(self.a.out, "w"), indent=1)
        print(time.strftime("%H:%M:%S"), self.a.name, name, json.dumps(out), flush=True)

    def batch(self, lo, hi, shift=0):
        v = self.base[lo:hi]
        return {"id": list(range(lo + shift, hi + shift)), "vec": v.tolist() if OLD else list(v),
                "text": self.text[lo:hi], "cat": self.cat[lo:hi].tolist()}

    # ---- phases
    def p_start(self):
        if self.embedded:
            t0 = time.time()
            self.db = Db(self.a.uri)
            self.db.list()
            up = time.time() - t0
        else:
            t0 = time.time()
            self.spawn()
            up = self.wait_up(t0)
        time.sleep(8)
        c0, w0, ticks = run_seconds(self.pids()), written_bytes(self.pids()), cpu_of(self.pids(), procs())
        time.sleep(self.a.idle_secs)
        c1 = run_seconds(self.pids())
        idle = sum(c1[t] - c0.get(t, 0) for t in c1)
        idle = max(idle, cpu_of(self.pids(), procs()) - ticks)  # coarser, but with threads that ended meanwhile
        wrote = written_bytes(self.pids()) - w0
        rss, anonymous = rss_mb(self.pids()), anonymous_mb(self.pids())
        try:
            v = self.db.c.get_server_version() if not OLD else __import__("pymilvus").utility.get_server_version(using=self.db.alias)
        except Exception as e:
            v = "?"
        self.r["server_version"] = v
        return {"first_list_s": round(up, 2), "rss_idle_mb": rss, "anonymous_idle_mb": anonymous,
                "idle_cpu_s_per_120s": round(idle * 120 / self.a.idle_secs, 3), "idle_written_bytes": wrote,
                "threads": sum(len(os.listdir("/proc/%d/task" % p)) for p in self.pids())}

    def p_ingest(self):
        self.db.drop(C)
        self.db.create(C, self.base.shape[1])
        bs = [self.batch(i, min(i + self.a.batch, self.n)) for i in range(0, self.n, self.a.batch)]
        t0, lat, peak = time.time(), [], 0
        for b in bs:
            t = time.time()
            self.db.insert(C, b)
            lat.append((time.time() - t) * 1e3)
            peak = max(peak, rss_mb(self.pids()))
            if time.time() - t0 > 200:
                break
        s = time.time() - t0
        t = time.time()
        self.db.flush(C)
        return {"rows": len(lat) * self.a.batch, "rows_per_s": round(len(lat) * self.a.batch / s), "insert_s": round(s, 1), "flush_s": round(time.time() - t, 2),
                "batch_p50_ms": round(statistics.median(lat), 1), "batch_max_ms": round(max(lat), 1),
                "first10_p50_ms": round(statistics.median(lat[:10]), 1), "last10_p50_ms": round(statistics.median(lat[-10:]), 1), "rss_peak_mb": peak}

    def p_index(self):
        t0 = time.time()
        self.db.index(C, self.a.index, "COSINE", HNSW if self.a.index == "HNSW" else {})
        t1 = time.time()
        st = {}
        while time.time() - t0 < 230:
            st = self.db.index_state(C)
            if not (OLD or st.get("pending_index_rows")):
                break
            if OLD and st.get("pending_index_rows", 0) == 0 and st["indexed_rows"] >= st["total_rows"] >= self.n:
                break
            time.sleep(0.2)
        t2 = time.time()
        self.db.load(C)
        t3 = time.time()
        while time.time() - t0 < 235:
            try:
                if 0 in self.db.search(C, self.base[0].tolist(), 10, 64):
                    break
            except Exception:
                pass
            time.sleep(0.05)
        return {"create_s": round(t1 - t0, 2), "indexed_s": round(t2 - t0, 2), "load_s": round(t3 - t2, 2),
                "total_s": round(time.time() - t0, 2), "state": {k: str(v) for k, v in st.items()}, "count": self.db.count(C)}

    def run_q(self, db, ef, secs, seed=0, flt="", limit=None, fields=None, stopq=None):
        order = np.random.default_rng(seed).permutation(len(self.q))
        qs = self.q.tolist()
        for i in order[:5]:
            db.search(C, qs[i], 10, ef, flt, fields)
        lat, hit, tot, short, i = [], 0, 0, 0, 0
        gt = self.gt if limit is None else self.exact(limit)
        t0 = time.time()
        while time.time() - t0 < secs and i < 20000 and not (stopq and stopq.is_set()):
            j = order[i % len(order)]
            t = time.perf_counter()
            ids = db.search(C, qs[j], 10, ef, flt, fields)
            lat.append((time.perf_counter() - t) * 1e3)
            want = set(gt[j][:10].tolist())
            hit += len(want & set(ids))
            tot += len(want)
            short += len(ids) < 10
            i += 1
        return {"n": i, "s": time.time() - t0, "lat": lat, "recall": hit / max(1, tot), "short": short}

    @staticmethod
    def sum(rs):
        lat = sorted(sum((r["lat"] for r in rs), []))
        n = sum(r["n"] for r in rs)
        return {"qps": round(sum(r["n"] / r["s"] for r in rs), 1), "p50_ms": round(lat[len(lat) // 2], 2),
                "p99_ms": round(lat[int(len(lat) * 0.99)], 2), "recall10": round(sum(r["recall"] * r["n"] for r in rs) / n, 4), "n": n,
                **({"fewer_than_k": sum(r["short"] for r in rs)} if any(r["short"] for r in rs) else {})}

    def p_search(self):
        out = {}
        for ef in self.a.efs:
            c0 = cpu_of(self.pids(), procs())
            r = self.sum([self.run_q(self.db, ef, self.a.secs)])
            r["server_cpu_ms"] = round((cpu_of(self.pids(), procs()) - c0) * 1e3 / (r["n"] + 5), 3)
            out["ef%d" % ef] = r
        return out

    def p_search4(self):
        out, ps = {}, []
        if not self.embedded:
            ps = [subprocess.Popen([sys.executable, os.path.abspath(__file__), "--worker", "--uri", self.a.uri, "--data", self.a.data,
                                    "--rows", str(self.n), "--secs", str(self.a.secs), "--out", self.a.out + ".none"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for k in range(4)]
            [p.stdout.readline() for p in ps]
        for ef in self.a.efs4:
            rs = []
            if self.embedded:
                th = [threading.Thread(target=lambda k=k: rs.append(self.run_q(self.db, ef, self.a.secs, k))) for k in range(4)]
                [t.start() for t in th]
                [t.join() for t in th]
            else:
                for k, p in enumerate(ps):
                    p.stdin.write("%d %d\n" % (ef, k))
                    p.stdin.flush()
                rs = [json.loads(p.stdout.readline()) for p in ps]
            out["ef%d" % ef] = self.sum(rs)
        for p in ps:
            p.stdin.close()
            p.wait()
        return out

    def p_filter(self):
        out = {}
        for pct, lim in (("50%", 500), ("10%", 100), ("1%", 10), ("0.1%", 1)):
            for ef in (64, 256):
                out[pct + " ef%d" % ef] = self.sum([self.run_q(self.db, ef, self.a.secs, 0, "cat < %d" % lim, lim)])
        return out

    def timed(self, f, secs):
        lat, t0, i = [], time.time(), 0
        while time.time() - t0 < secs:
            t = time.perf_counter()
            f(i)
            lat.append((time.perf_counter() - t) * 1e3)
            i += 1
        lat.sort()
        return {"qps": round(i / (time.time() - t0), 1), "p50_ms": round(lat[i // 2], 2), "p99_ms": round(lat[int(i * 0.99)], 2)}

    def p_point(self):
        rng = np.random.default_rng(3)
        ids = rng.integers(0, self.n, (5000, 10)).tolist()
        rows = []
        o = {"pk10": self.timed(lambda i: rows.append(len(self.db.query(C, "id in %s" % ids[i % 5000], ["id", "text", "cat"]))), self.a.secs)}
        o["pk10"]["all_found"] = min(rows) >= 9
        rows.clear()
        o["scalar100"] = self.timed(lambda i: rows.append(len(self.db.query(C, "cat == %d" % (i % 1000), ["id", "text", "cat"], limit=100))), self.a.secs)
        o["scalar100"]["min_rows"] = min(rows)
        rows.clear()
        o["scalar100_half"] = self.timed(lambda i: rows.append(len(self.db.query(C, "cat < 500", ["id", "text", "cat"], limit=100))), self.a.secs)
        o["count"] = self.timed(lambda i: self.db.count(C, None), self.a.secs)
        return o

    def p_fresh(self):
        rng = np.random.default_rng(5)
        lat, ins, tries, up = [], [], [], []
        for i in range(50):
            v = rng.normal(size=self.base.shape[1]).astype(np.float32)
            v /= np.linalg.norm(v)
            k = 10_000_000 + i
            b = {"id": [k], "vec": [v.tolist()], "text": ["fresh"], "cat": [5]}
            t0 = time.perf_counter()
            self.db.insert(C, b)
            ins.append((time.perf_counter() - t0) * 1e3)
            n = 0
            while True:
                n += 1
                if k in self.db.search(C, v.tolist(), 3, 64, level="Strong"):
                    break
                if time.perf_counter() - t0 > 20:
                    raise RuntimeError("row not visible in 20 s")
            lat.append((time.perf_counter() - t0) * 1e3)
            tries.append(n)
        try:
            for i in range(20):
                b = {"id": [10_000_000 + i], "vec": [v.tolist()], "text": ["new%d" % i], "cat": [5]}
                t0 = time.perf_counter()
                self.db.insert(C, b, upsert=True)
                while self.db.query(C, "id == %d" % (10_000_000 + i), ["text"], level="Strong")[0]["text"] != "new%d" % i:
                    pass
                up.append((time.perf_counter() - t0) * 1e3)
        except Exception as e:
            up = [float("nan")]
            print("upsert:", e)
        lat.sort()
        return {"insert_p50_ms": round(statistics.median(ins), 2), "visible_p50_ms": round(statistics.median(lat), 2), "visible_max_ms": round(lat[-1], 1),
                "searches_max": max(tries), "upsert_get_p50_ms": round(statistics.median(up), 2)}

    def stream(self, db, stop):
        """Inserts 500 rows a second, 50 a call, until told to stop."""
        st, t0, i = {"rows": 0, "late": 0.0, "err": ""}, time.time(), 0
        try:
            while not stop.is_set():
                lo = (i * 50) % (self.n - 50)
                db.insert(C, self.batch(lo, lo + 50, 20_000_000 + (i // (self.n // 50)) * 10 ** 7))
                i += 1
                st["rows"] += 50
                w = t0 + i * 0.1 - time.time()
                st["late"] = max(st["late"], -w)
                if w > 0:
                    time.sleep(w)
        except Exception as e:
            st["err"] = str(e)[:200]
        return {**st, "seconds": time.time() - t0}

    def p_mixed(self):
        before = self.sum([self.run_q(self.db, 64, self.a.secs)])
        stop, st = threading.Event(), {}
        if self.embedded:
            th = threading.Thread(target=lambda: st.update(self.stream(self.db, stop)))
            th.start()
        else:  # a process of its own: a thread would take the searching client's interpreter from it
            p = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--writer", "--uri", self.a.uri, "--data", self.a.data,
                                  "--rows", str(self.n), "--out", self.a.out + ".none"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            p.stdout.readline()
        t0 = time.time()
        r = [self.run_q(self.db, 64, self.a.mixed_secs / 3, k) for k in range(3)]
        dt = time.time() - t0
        if self.embedded:
            stop.set()
            th.join()
        else:
            st = json.loads(p.communicate("stop\n")[0])
        for x in r:
            x["recall"] = 0
        o = {"quiet_qps": before["qps"], "qps_by_third": [round(x["n"] / x["s"], 1) for x in r], "mixed": self.sum(r),
             "insert_rows_per_s": round(st["rows"] / st["seconds"]), "late_max_s": round(st["late"], 2)}
        o["mixed"].pop("recall10")
        o["mixed"]["qps"] = round(o["mixed"]["n"] / dt, 1)  # the thirds ran one after another
        if st["err"]:
            o["writer_error"] = st["err"]
        return o

    def p_restart(self):
        self.db.load(C)
        n0 = self.db.count(C)
        stop = self.stop(getattr(signal, "SIG" + self.a.stop_signal))
        self.free_port()
        t0 = time.time()
        self.spawn()
        up = self.wait_up(t0)
        loaded, how = None, "no load call needed"
        while time.time() - t0 < 200:
            try:
                if 0 in self.db.search(C, self.base[0].tolist(), 10, 64):
                    loaded = time.time() - t0
                    break
            except Exception as e:
                if "load" in str(e).lower() and how[0] == "n" and time.time() - t0 > up + (3 if OLD else 0):
                    how = "after load call"
                    try:
                        self.db.load(C)
                    except Exception:
                        pass
            time.sleep(0.02)
        return {"stop_s": round(stop, 2), "first_list_s": round(up, 2), "first_correct_search_s": loaded and round(loaded, 2), "how": how,
                "count_before": n0, "count_after": self.db.count(C)}

    def p_crash(self):
        name = "crash"
        self.db.drop(name)
        self.db.create(name, self.base.shape[1])
        self.db.index(name, self.a.index, "COSINE", HNSW if self.a.index == "HNSW" else {})
        self.db.load(name)
        ok, st = [], {"done": False}

        def writer():
            try:
                for i in range(0, self.n - 100, 100):
                    self.db.insert(name, self.batch(i, i + 100))
                    ok.append(i)
            except Exception as e:
                st["err"] = type(e).__name__
            st["done"] = True

        th = threading.Thread(target=writer, daemon=True)
        th.start()
        time.sleep(6)
        acked = len(ok) * 100
        self.stop(signal.SIGKILL)
        late = len(ok) * 100
        self.free_port()
        t0 = time.time()
        self.spawn()
        up = self.wait_up(t0)
        found = err = None
        while time.time() - t0 < 120:
            try:
                self.db.load(name)
                found = self.db.count(name)
                break
            except Exception as e:
                err = str(e)[:150]
                time.sleep(0.2)
        ready = time.time() - t0
        time.sleep(3)
        try:
            found2 = self.db.count(name)
            main = self.db.count(C) if C in self.db.list() else None
            ids, lo = set(), 0
            while lo < late + 200:
                ids |= {x["id"] for x in self.db.query(name, "id >= %d and id < %d" % (lo, lo + 5000), ["id"], limit=5000, level="Strong")}
                lo += 5000
            miss = [i for i in range(late) if i not in ids]
        except Exception as e:
            found2, main, miss = None, None, ["%s" % str(e)[:150]]
        return {"acked_at_kill": acked, "acked_total": late, "found": found, "found_3s_later": found2, "acked_missing": len(miss), "missing_first": miss[:3],
                "first_list_s": round(up, 2), "counted_s": round(ready, 2), "main_collection_rows": main, "error": err}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--uri", required=True)
    ap.add_argument("--data", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--name", default="server")
    ap.add_argument("--cmd")
    ap.add_argument("--dir", default="")
    ap.add_argument("--pid", type=int)
    ap.add_argument("--lock")
    ap.add_argument("--rows", type=int, default=100000)
    ap.add_argument("--batch", type=int, default=1000)
    ap.add_argument("--secs", type=float, default=5)
    ap.add_argument("--efs", type=lambda s: [int(x) for x in s.split(",")], default=[16, 32, 64, 128, 256])
    ap.add_argument("--efs4", type=lambda s: [int(x) for x in s.split(",")], default=[32, 64, 128])
    ap.add_argument("--index", default="HNSW")
    ap.add_argument("--phases", default="all")
    ap.add_argument("--slice", type=float, default=200)
    ap.add_argument("--mixed-secs", type=float, default=60)
    ap.add_argument("--idle-secs", type=float, default=120)
    ap.add_argument("--stop-signal", default="TERM", help="TERM, or INT (the milvus-server launcher stops cleanly on INT alone)")
    ap.add_argument("--worker", action="store_true", help="searches as told by standard input")
    ap.add_argument("--writer", action="store_true", help="inserts until standard input has a line")
    a = ap.parse_args()
    b = Bench(a)
    if a.worker:
        db = Db(a.uri)
        db.search(C, b.q[0].tolist(), 10, 64)
        print("ready", flush=True)
        for line in sys.stdin:
            ef, k = map(int, line.split())
            print(json.dumps(b.run_q(db, ef, a.secs, k)), flush=True)
        os._exit(0)
    if a.writer:
        db, stop = Db(a.uri), threading.Event()
        db.list()
        print("ready", flush=True)
        threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
        print(json.dumps(b.stream(db, stop)), flush=True)
        os._exit(0)
    for lim in (500, 100, 10, 1):
        b.exact(lim)
    allp = "start ingest index search search4 filter point fresh mixed restart crash".split()
    ph = allp if a.phases == "all" else a.phases.split(",")
    if b.embedded:
        ph = [p for p in ph if p not in ("restart", "crash")]
    if "start" not in ph:
        if a.cmd and not a.pid:
            b.free_port()
            t = time.time()
            b.spawn()
            b.wait_up(t)
        else:
            b.db = Db(a.uri)
    try:
        for p in ph:
            b.phase(p)
    finally:
        if b.proc:
            b.stop(getattr(signal, "SIG" + a.stop_signal))
    os._exit(0)


if __name__ == "__main__":
    main()
