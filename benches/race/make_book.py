#!/usr/bin/env python3
"""A made-up book of any size, the same bytes for the same size and seed (Python 3 standard library only).

usage: make_book.py ORDER_LINES BOOK [--seed 1] [--jobs 2] [--shuffle]

Writes orders, shipments, receipts, invoices, payments and customers (.csv). Orders of 1 to 5 lines over 2023 to 2025 in date
order; the other files almost in date order, as an export is. Per 100 order lines about 146 shipment, 148 receipt, 113 invoice
and 44 payment rows. --shuffle puts the rows of every file into no order at all, and needs memory for one file.
"""
import argparse, datetime, os, random
from multiprocessing import Pool

CHUNK = 20000              # order lines per chunk
DAY0 = datetime.date(2023, 1, 1)
SPAN = 1096                # three years of order dates
DATES = [(DAY0 + datetime.timedelta(d)).isoformat() for d in range(SPAN + 900)]
YMD = [d.replace('-', '') for d in DATES]

INDUSTRIES = ['制造业', '建筑业', '批发零售', '房地产', '医药', '能源', '政府机构', '物流', '电子', '食品']
REGIONS = ['华东', '华南', '华北', '华中', '西南', '西北', '东北']
GRADES = ['AAA', 'AA', 'A', 'B', 'C']
TERMS = [0, 15, 30, 30, 30, 45, 60, 60, 90]
CATS = [('金属制品', '五金'), ('电线电缆', '电气'), ('塑料制品', '化工'), ('通用设备', '设备'), ('纸制品', '包装'),
        ('化学原料', '化工'), ('电子元件', '电子'), ('橡胶制品', '化工'), ('仪器仪表', '设备'), ('建筑材料', '建材')]
ADJ = ['不锈钢', '镀锌', '高强度', '耐高温', '防水', '工业级', '精密', '环保型', '加厚', '阻燃', '低压', '重型']
NOUN = ['螺栓', '电缆', '轴承', '法兰', '管件', '阀门', '密封圈', '电机', '继电器', '传感器', '托盘', '胶带',
        '涂料', '钢板', '接头', '滤芯', '齿轮', '开关', '导轨', '弹簧']
UNITS = ['个', '米', '千克', '套', '箱', '吨']
SUR = list('王李张刘陈杨赵黄周吴徐孙')
GIV = ['伟', '芳', '娜', '敏', '静', '磊', '洋', '艳', '勇', '杰', '涛', '明']
REASONS = ['运输破损', '规格不符', '外观划伤', '受潮', '数量短缺']
RESP = ['承运商', '供应商', '仓库', '客户']
METHODS = ['银行转账', '银行承兑汇票', '商业承兑汇票', '支票', '现金']
STEMS = ['华盛', '金鼎', '宏远', '天成', '瑞丰', '恒通', '众诚', '新源', '博泰', '万和', '长江', '东方']


def q(s):
    return '"' + s.replace('"', '""') + '"' if ',' in s or '"' in s else s


def f3(n):                                     # quantity, thousandths
    if n % 1000 == 0:
        return str(n // 1000)
    s = '-' if n < 0 else ''
    n = abs(n)
    return f'{s}{n // 1000}.{n % 1000:03d}'.rstrip('0')


def f4(n):                                     # price, ten-thousandths, 2..4 decimals
    s = f'{n // 10000}.{n % 10000:04d}'
    if s.endswith('00'):
        return s[:-2]
    return s[:-1] if s.endswith('0') else s


def f2(n):                                     # money, cents
    s = '-' if n < 0 else ''
    n = abs(n)
    return f'{s}{n // 100}.{n % 100:02d}'


def mul(qty, price):                           # thousandths x ten-thousandths -> cents, half away from zero
    p = qty * price
    return (p + 50000) // 100000 if p >= 0 else -((-p + 50000) // 100000)


def tax(net, pct):
    return (net * pct + 50) // 100 if net >= 0 else -((-net * pct + 50) // 100)


_cat = {}


def catalogue(seed):
    if seed not in _cat:
        r = random.Random(f'sku{seed}')
        out = []
        for i in range(5000):
            c, line = r.choice(CATS)
            spec = f'{r.choice("ABCDFGHKMQ")}{r.randint(2, 99)}'
            if i % 47 == 0:
                spec += f',{r.randint(2, 5)}芯'
            elif i % 61 == 0:
                spec += f' {r.randint(1, 8)}"'
            name = f'{r.choice(ADJ)}{r.choice(NOUN)} {spec}-{i:04d}'
            nd = r.choice([2, 2, 2, 3, 4])
            price = max(1, int(10 ** r.uniform(0, 3.6) * 10 ** nd)) * 10 ** (4 - nd)
            unit = r.choice(UNITS)
            frac = {'千克': 3, '吨': 3, '米': 1}.get(unit, 0)
            pct = r.choice([13, 13, 13, 13, 9, 6])
            out.append((f'SKU{i:05d}', q(name), q(f'*{c}*{name}'), unit, price, pct, line, frac,
                        q(name + '(旧)'), q(' ' + name + ' ')))
        _cat[seed] = out
    return _cat[seed]


_cust = {}


def customers(seed, n):
    if (seed, n) not in _cust:
        r = random.Random(f'cust{seed}')
        out = []
        for i in range(n):
            out.append((f'C{i + 1:06d}', q(f'{r.choice(REGIONS)}{r.choice(STEMS)}{r.choice(STEMS)}{i + 1}有限公司' if i % 97
                                           else f'Trade {i + 1} Co., Ltd.'),
                        r.choice(INDUSTRIES), r.choices(GRADES, [1, 2, 4, 2, 1])[0], r.choice(TERMS), r.choice(REGIONS),
                        r.choice(SUR) + r.choice(GIV)))
        _cust[(seed, n)] = out
    return _cust[(seed, n)]


def chunk(arg):
    c, lines, base, total, seed, ncust = arg
    r = random.Random(f'{seed}/{c}')
    rnd = r.random
    skus, custs = catalogue(seed), customers(seed, ncust)
    d_lo, d_hi = base * SPAN / total, (base + lines) * SPAN / total
    O, S, R, I, P = [], [], [], [], []
    left = lines
    k = 0
    seq0 = base
    while left > 0:
        nl = min(left, 1 + int(5 * rnd() ** 1.7))
        left -= nl
        seq = seq0 + k
        k += nl
        day = int(d_lo + (d_hi - d_lo) * (k / lines))
        day = min(day, SPAN - 1)
        cu = custs[int(ncust ** rnd()) - 1]
        cid, terms, grade = cu[0], cu[4], cu[3]
        ono = f'SO{YMD[day]}{seq:08d}'
        nship = 1 if rnd() < .55 else 2 if rnd() < .7 else 3
        sdays = [day + 1 + int(rnd() * 20) + 12 * b for b in range(nship)]
        void_order = rnd() < .03                       # never shipped
        split_inv = nship > 1 and rnd() < .45          # one invoice per shipment
        no_inv = rnd() < .05
        per_batch = [[] for _ in range(nship)]
        for ln in range(1, nl + 1):
            sk = skus[int(5000 * rnd() * rnd())]
            sku, name, iname, unit, price, pct, line, frac, oldname, padname = sk
            if rnd() < .3:                             # customer-specific price, same decimals class
                step = 100 if price % 100 == 0 else 10 if price % 10 == 0 else 1
                price = max(step, int(price * (.85 + .3 * rnd())) // step * step)
            qty = max(1, int(10 ** (3 * rnd())))
            qty = qty * 1000 if frac == 0 else int(qty * 10 ** frac * (.5 + rnd())) * 10 ** (3 - frac) or 1000
            ps = f4(price)
            O.append(f'{ono},{ln},{DATES[day]},{cid},{sku},{name},{unit},{f3(qty)},{ps},0.{pct:02d},'
                     f'{f2(mul(qty, price))},{terms},{cu[6]},{cu[5]},{line}\n')
            if void_order:
                continue
            x = rnd()
            ship_total = qty if x > .02 else max(1000, qty - 1000 * (1 + int(3 * rnd()))) if x > .006 else qty + 1000
            rem = ship_total
            for b in range(nship):
                if b == nship - 1:
                    s = rem
                else:
                    s = (rem // (nship - b)) // 1000 * 1000
                    rem -= s
                if s <= 0:
                    continue
                x = rnd()
                sname = oldname if x < .004 else padname if x < .03 else name
                sno = f'SH{YMD[sdays[b]]}{seq:08d}{b}'
                S.append((sdays[b], f'{sno},{ono},{ln},{DATES[sdays[b]]},{sku},{sname},{f3(s)}\n'))
                acc = s
                if rnd() > .03:                        # receipt exists
                    dam = rej = 0
                    reason = resp = ''
                    if rnd() < .02 and s > 2000:
                        dam = 1000 * (1 + int(rnd() * min(4, s // 1000 - 1)))
                    if rnd() < .01 and s - dam > 2000:
                        rej = 1000
                    if dam or rej:
                        reason, resp = REASONS[int(5 * rnd())], RESP[int(4 * rnd())]
                    acc = s - dam - rej
                    sd = sdays[b] + 1 + int(5 * rnd())
                    parts = (acc,) if rnd() > .06 or acc < 4000 or dam or rej else (acc // 2000 * 1000, acc - acc // 2000 * 1000)
                    for j, a in enumerate(parts):      # 6%: one shipment line signed in two receipts
                        R.append((sd + j, f'RC{YMD[sd + j]}{seq:08d}{b}{j},{sno},{ono},{ln},{DATES[sd + j]},{sku},{name},'
                                  f'{f3(a)},{f3(dam)},{f3(rej)},{reason},{resp},{SUR[int(12 * rnd())]}{GIV[int(12 * rnd())]}\n'))
                per_batch[b].append((ln, sk, acc, price))
        if void_order or no_inv:
            continue
        groups = per_batch if split_inv else [[x for g in per_batch for x in g]]
        for g, items in enumerate(groups):
            if not items or rnd() < .02:
                continue
            iday = (sdays[g] if split_inv else sdays[-1]) + 3 + int(25 * rnd())
            ino = f'IV{YMD[iday]}{seq:08d}{g}'
            merged = {}
            for ln, sk, acc, price in items:
                if ln in merged:
                    merged[ln][1] += acc
                else:
                    merged[ln] = [sk, acc, price]
            passes = [('normal', ino)]
            if rnd() < .01:                            # voided first, then issued again
                passes = [('void', ino + 'V'), ('normal', ino)]
            gross = 0
            rows = []
            for ln, (sk, acc, price) in merged.items():
                x = rnd()
                qi = acc if x > .02 else max(1000, acc - 1000) if x > .01 else acc + 1000
                x = rnd()
                pi = price if x > .01 else max(100, price + (100 if x > .005 else -100) * (1 + int(20 * rnd())))
                rows.append((ln, sk, qi, pi, sk[8] if rnd() < .003 else sk[2]))
            for st, no in passes:
                for ln, sk, qi, pi, nm in rows:
                    net = mul(qi, pi)
                    t = tax(net, sk[5])
                    if st == 'normal':
                        gross += net + t
                    I.append((iday, f'{no},{DATES[iday]},blue,{st},{cid},{ono},{ln},{sk[0]},{nm},{f3(qi)},{f4(pi)},{f2(net)},'
                              f'0.{sk[5]:02d},{f2(t)},{f2(net + t)},\n'))
            if rnd() < .015:                           # red-letter invoice for one line, whole or part
                ln, sk, qi, pi, nm = rows[int(len(rows) * rnd())]
                rq = -qi if rnd() < .5 or qi < 2000 else -1000
                net = mul(rq, pi)
                t = tax(net, sk[5])
                rd = iday + 5 + int(40 * rnd())
                gross += net + t
                I.append((rd, f'IR{YMD[rd]}{seq:08d}{g},{DATES[rd]},red,normal,{cid},{ono},{ln},{sk[0]},{nm},{f3(rq)},{f4(pi)},'
                          f'{f2(net)},0.{sk[5]:02d},{f2(t)},{f2(net + t)},{ino}\n'))
            if gross <= 0:
                continue
            x = rnd()
            late = {'AAA': 5, 'AA': 15, 'A': 30, 'B': 90, 'C': 200}[grade]
            if x < .12:
                pays = []
            elif x < .80:
                pays = [gross]
            elif x < .97:
                a = int(gross * (.2 + .6 * rnd()))
                pays = [a] if rnd() < .6 else [a, gross - a]
            else:
                pays = [gross + 100 * (1 + int(50 * rnd()))]      # paid too much
            pd = iday + terms
            for j, a in enumerate(pays):
                if a <= 0:
                    continue
                pd = min(pd + int(late * rnd() * 2), SPAN + 600)
                m = METHODS[int(5 * rnd() * rnd())]
                mat = DATES[pd + 180] if m.endswith('汇票') else ''
                ref = '' if rnd() < .10 else ino
                P.append((pd, f'PY{YMD[pd]}{seq:08d}{g}{j},{DATES[pd]},{cid},{ref},{f2(a)},{m},{mat}\n'))
    out = [''.join(O)]
    for L in (S, R, I, P):                             # each file is nearly ordered by date, as an export is
        L.sort(key=lambda t: t[0])
        out.append(''.join([t[1] for t in L]))
    return [s.encode() for s in out]


HEAD = {
    'orders': 'order_no,line_no,order_date,customer_id,sku,goods_name,unit,quantity,unit_price,tax_rate,amount,terms,salesperson,region,product_line',
    'shipments': 'shipment_no,order_no,line_no,ship_date,sku,goods_name,quantity',
    'receipts': 'receipt_no,shipment_no,order_no,line_no,sign_date,sku,goods_name,accepted_quantity,damaged_quantity,rejected_quantity,reason,responsible,signed_by',
    'invoices': 'invoice_no,invoice_date,kind,status,customer_id,order_no,line_no,sku,goods_name,quantity,unit_price,net_amount,tax_rate,tax_amount,gross_amount,original_invoice_no',
    'payments': 'payment_no,payment_date,customer_id,invoice_no,amount,method,maturity_date',
}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('lines', type=lambda s: int(float(s)))
    ap.add_argument('out')
    ap.add_argument('--seed', type=int, default=1)
    ap.add_argument('--jobs', type=int, default=os.cpu_count())
    ap.add_argument('--shuffle', action='store_true')
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    ncust = max(50, a.lines // 100)
    with open(f'{a.out}/customers.csv', 'w', encoding='utf-8', newline='') as f:
        f.write('customer_id,customer_name,industry,credit_grade,terms,region,salesperson\n')
        for c in customers(a.seed, ncust):
            f.write(','.join(map(str, c)) + '\n')
    fs = [open(f'{a.out}/{n}.csv', 'wb') for n in HEAD]
    for f, h in zip(fs, HEAD.values()):
        f.write(h.encode() + b'\n')
    args = ((b // CHUNK, min(CHUNK, a.lines - b), b, a.lines, a.seed, ncust) for b in range(0, a.lines, CHUNK))
    with Pool(a.jobs) as p:
        for parts in p.imap(chunk, args):
            for f, s in zip(fs, parts):
                f.write(s)
    for f in fs:
        f.close()
    if a.shuffle:
        for n in HEAD:
            shuffle(f'{a.out}/{n}.csv', a.seed)


def shuffle(path, seed):
    with open(path, 'rb') as f:
        head, *rows = f.read().splitlines(keepends=True)
    random.Random(seed).shuffle(rows)
    with open(path, 'wb') as f:
        f.write(head)
        f.writelines(rows)


if __name__ == '__main__':
    main()
