#!/usr/bin/env python3
"""recv against DuckDB on the same work with the same answers, in one run.

usage: race.py BOOK RECV_BINARY [--runs 5] [--jobs match,age] [--as-of 2025-12-31] [--out DIR]

BOOK comes from make_book.py; the Python that runs this needs duckdb (pip install duckdb).
Runs `recv JOB -d BOOK -p policy.toml --as-of D -f csv -o OUT` and in_duckdb.py in turn (one warm-up round dropped), compares every
column that both write as exact decimals, and prints the medians and the ratios recv / DuckDB of wall time, CPU time and peak memory.
`wc -l` over the job's inputs stands for the limit of reading them once. Exit 1 where an answer differs.
"""
import argparse, csv, os, statistics, subprocess, sys, tempfile, time
from decimal import Decimal, InvalidOperation

HERE = os.path.dirname(os.path.abspath(__file__))
INPUTS = {'match': 'orders shipments receipts invoices', 'age': 'orders invoices payments customers'}
KEY = {'match': ('match.csv', ['order_no', 'line_no']), 'age': ('aging.csv', ['customer_id'])}


def once(argv):
    rss = os.path.join(tempfile.gettempdir(), f'race-{os.getpid()}.rss')
    gnu = os.path.exists('/usr/bin/time')
    t = time.perf_counter()
    p = subprocess.Popen((['/usr/bin/time', '-f', '%M', '-o', rss] if gnu else []) + argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    err = p.stderr.read()
    _, status, use = os.wait4(p.pid, 0)
    p.returncode = 0
    if status:
        sys.exit(f'failed: {argv}\n{err.decode(errors="replace")[-2000:]}')
    wall = time.perf_counter() - t
    return wall, use.ru_utime + use.ru_stime, (int(open(rss).read().split()[-1]) if gnu else use.ru_maxrss) / 1024


def number(x):
    try:
        return Decimal(x) if x else Decimal(0)
    except InvalidOperation:
        return x


def load(path, key):
    with open(path, encoding='utf-8-sig', newline='') as f:
        return {tuple(r[k] for k in key): r for r in csv.DictReader(f)}


def differences(a, b, key):
    a, b = load(a, key), load(b, key)
    cols = set(next(iter(a.values()), {})) & set(next(iter(b.values()), {}))
    bad = [f'row only on one side: {k}' for k in set(a) ^ set(b)]
    bad += [f'{k} {c}: recv {a[k][c]!r}, duckdb {b[k][c]!r}' for k in set(a) & set(b) for c in cols if number(a[k][c]) != number(b[k][c])]
    return len(a), len(cols), bad


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('data'), ap.add_argument('recv')
    ap.add_argument('--runs', type=int, default=5), ap.add_argument('--jobs', default='match,age')
    ap.add_argument('--as-of', default='2025-12-31'), ap.add_argument('--python', default=sys.executable), ap.add_argument('--out', default=os.path.join(tempfile.gettempdir(), 'race'))
    o = ap.parse_args()
    wrong = 0
    for job in o.jobs.split(','):
        mine, theirs = f'{o.out}/recv', f'{o.out}/duckdb'
        os.makedirs(mine, exist_ok=True), os.makedirs(theirs, exist_ok=True)
        todo = {'recv': [o.recv, job, '-d', o.data, '-p', f'{HERE}/policy.toml', '--as-of', o.as_of, '-f', 'csv', '-o', mine],
                'duckdb': [o.python, f'{HERE}/in_duckdb.py', job, o.data, theirs, o.as_of],
                'wc -l': ['wc', '-l'] + [f'{o.data}/{f}.csv' for f in INPUTS[job].split()]}
        got = {n: [] for n in todo}
        for k in range(o.runs + 1):
            for n, argv in todo.items():
                r = once(argv)
                if k:
                    got[n].append(r)
        med = {n: [statistics.median(x[i] for x in v) for i in range(3)] for n, v in got.items()}
        rows, cols, bad = differences(f'{mine}/{KEY[job][0]}', f'{theirs}/{KEY[job][0]}', KEY[job][1])
        wrong += len(bad)
        for n, (w, c, m) in med.items():
            print(f'{job:6} {n:7} wall {w:7.3f} s  cpu {c:7.3f} s  peak {m:7.1f} MiB')
        r, d, s = med['recv'], med['duckdb'], med['wc -l']
        print(f'{job:6} recv/duckdb: wall {r[0]/d[0]:.3f} cpu {r[1]/d[1]:.3f} peak {r[2]/d[2]:.3f}; recv/wc cpu {r[1]/max(s[1], 1e-3):.1f}; '
              f'{rows} rows x {cols} columns: {"same" if not bad else f"{len(bad)} DIFFERENT, e.g. " + "; ".join(bad[:3])}')
    sys.exit(bool(wrong))


main()
