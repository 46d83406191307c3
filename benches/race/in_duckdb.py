#!/usr/bin/env python3
"""DuckDB doing what recv does on a made-up book: in_duckdb.py match|age BOOK OUT_DIR [AS_OF]

The same columns and figures as recv with policy.toml of this folder: the fair race, and a second opinion.
It leaves out what a generated book never holds: instalments, documents without line number, cancelled orders, other currencies, notes.
"""
import os, sys

NORM = ("CASE WHEN starts_with(trim({c}),'*') AND strpos(substr(trim({c}),2),'*')>0 "
        "THEN trim(substr(trim({c}),strpos(substr(trim({c}),2),'*')+2)) ELSE trim({c}) END")
Q, P, A = 'DECIMAL(14,3)', 'DECIMAL(14,4)', 'DECIMAL(16,2)'
COLS = {
    'orders': f'order_no V,line_no I,order_date D,customer_id V,sku V,goods_name V,unit V,quantity {Q},unit_price {P},tax_rate V,amount {A},terms V,salesperson V,region V,product_line V',
    'shipments': f'shipment_no V,order_no V,line_no I,ship_date D,sku V,goods_name V,quantity {Q}',
    'receipts': f'receipt_no V,shipment_no V,order_no V,line_no I,sign_date D,sku V,goods_name V,accepted_quantity {Q},damaged_quantity {Q},rejected_quantity {Q},reason V,responsible V,signed_by V',
    'invoices': f'invoice_no V,invoice_date D,kind V,status V,customer_id V,order_no V,line_no I,sku V,goods_name V,quantity {Q},unit_price {P},net_amount {A},tax_rate V,tax_amount {A},gross_amount {A},original_invoice_no V',
    'payments': f'payment_no V,payment_date D,customer_id V,invoice_no V,amount {A},method V,maturity_date V',
    'customers': 'customer_id V,customer_name V,industry V,credit_grade V,terms I,region V,salesperson V',
}
TYPE = {'V': 'VARCHAR', 'I': 'INTEGER', 'D': 'DATE'}


def src(d, name):
    parts, depth, cur = [], 0, ''
    for ch in COLS[name]:
        depth += (ch == '(') - (ch == ')')
        if ch == ',' and depth == 0:
            parts.append(cur)
            cur = ''
        else:
            cur += ch
    parts.append(cur)
    cols = ', '.join("'%s':'%s'" % (p.split(' ', 1)[0], TYPE.get(p.split(' ', 1)[1], p.split(' ', 1)[1])) for p in parts)
    return (f"read_csv('{d}/{name}.csv', auto_detect=false, header=true, delim=',', quote='\"', escape='\"', "
            f"columns={{{cols}}})")

# Sums need more room than the columns.
A, Q = 'DECIMAL(18,2)', 'DECIMAL(18,3)'
INDUSTRY_UPLIFT = {'建筑业': '1.20'}


def match(d, asof):
    n = 'lower(' + NORM.format(c='goods_name') + ')'
    return f"""
WITH o AS (SELECT order_no, line_no, order_date, customer_id, sku, goods_name, {n} AS name, quantity, unit_price, tax_rate::DECIMAL(5,4) AS rate, amount
           FROM {src(d,'orders')} WHERE order_date <= DATE '{asof}'),
sh AS (SELECT shipment_no, order_no, line_no, ship_date, {n} AS name, quantity FROM {src(d,'shipments')} WHERE ship_date <= DATE '{asof}'),
rc AS (SELECT shipment_no, order_no, line_no, sign_date, {n} AS name, accepted_quantity a, damaged_quantity dm, rejected_quantity rj
       FROM {src(d,'receipts')} WHERE sign_date <= DATE '{asof}'),
iv AS (SELECT invoice_no, kind, order_no, line_no, customer_id, {n} AS name, quantity, net_amount, tax_rate::DECIMAL(5,4) AS rate, tax_amount, gross_amount
       FROM {src(d,'invoices')} WHERE status <> 'void' AND invoice_date <= DATE '{asof}'),
rs AS (SELECT shipment_no, order_no, line_no, sum(a+dm+rj) signed FROM rc GROUP BY ALL),
st AS (SELECT shipment_no, order_no, line_no, min(ship_date) ship_date, sum(quantity) quantity FROM sh GROUP BY ALL),
lt AS (SELECT order_no, line_no, bool_or(DATE '{asof}' - ship_date > 15 AND coalesce(signed, 0) < quantity) late FROM st LEFT JOIN rs USING (shipment_no, order_no, line_no) GROUP BY ALL),
s AS (SELECT order_no, line_no, sum(quantity)::{Q} q, min(name) n0, max(name) n1, min(ship_date) d0 FROM sh GROUP BY ALL),
sd AS (SELECT shipment_no, min(ship_date) d FROM sh GROUP BY 1),
r AS (SELECT order_no, line_no, sum(a)::{Q} a, sum(dm)::{Q} dm, sum(rj)::{Q} rj, min(name) n0, max(name) n1, bool_or(sign_date < d) early
      FROM rc LEFT JOIN sd USING (shipment_no) GROUP BY ALL),
pi AS (SELECT order_no, line_no, invoice_no, sum(quantity) q, sum(gross_amount) g FROM iv WHERE kind <> 'red' GROUP BY ALL),
pr AS (SELECT order_no, line_no, bool_or(g <> round(q*unit_price*(1+rate),2)) hit,
       bool_or(abs(g - q*unit_price*(1+rate)) > least(0.01, 0.001*unit_price*(1+rate))*q AND abs(g - round(q*unit_price*(1+rate),2)) > 0.06) bad
       FROM pi JOIN o USING (order_no, line_no) WHERE q <> 0 GROUP BY ALL),
i AS (SELECT order_no, line_no, sum(iv.quantity)::{Q} q, sum(gross_amount)::{A} g, min(iv.name) n0, max(iv.name) n1,
      bool_or(iv.customer_id <> o.customer_id) cust, bool_or(iv.rate <> o.rate) rates,
      max(greatest(abs(round(net_amount*iv.rate,2) - tax_amount), abs(net_amount + tax_amount - gross_amount))) tax
      FROM iv JOIN o USING (order_no, line_no) GROUP BY ALL),
j AS (SELECT o.*, coalesce(s.q,0) shipped, coalesce(r.a,0) accepted, coalesce(r.dm,0) damaged, coalesce(r.rj,0) rejected, coalesce(i.q,0) invoiced,
      coalesce(i.g,0)::{A} invoiced_amount, round(coalesce(r.a,0)*o.unit_price*(1+o.rate),2)::{A} billable_amount,
      coalesce(s.n0<>name OR s.n1<>name,false) OR coalesce(r.n0<>name OR r.n1<>name,false) OR coalesce(i.n0<>name OR i.n1<>name,false) f_name,
      coalesce(pr.hit,false) f_price, coalesce(pr.bad,false) b_price, coalesce(i.rates,false) f_rate, coalesce(i.tax,0) tax, coalesce(i.cust,false) f_cust,
      coalesce(s.d0 < o.order_date,false) OR coalesce(r.early,false) f_date, coalesce(lt.late,false) f_late
      FROM o LEFT JOIN s USING (order_no,line_no) LEFT JOIN r USING (order_no,line_no) LEFT JOIN i USING (order_no,line_no) LEFT JOIN pr USING (order_no,line_no) LEFT JOIN lt USING (order_no,line_no)),
k AS (SELECT *, accepted+damaged+rejected signed, shipped > quantity + damaged + rejected f_os, accepted+damaged+rejected > shipped f_osg, invoiced > accepted f_oi,
      (invoiced = accepted OR invoiced_amount > billable_amount) AND invoiced_amount <> billable_amount f_amt, abs(round(quantity*unit_price,2) - amount) oa FROM j),
m AS (SELECT *, f_os OR f_osg OR f_oi OR f_name OR b_price OR (f_amt AND abs(invoiced_amount - billable_amount) > 0.06) OR oa > 0.06 OR f_rate OR tax > 0.06 OR f_cust OR f_date review,
      shipped BETWEEN quantity AND quantity + damaged + rejected AND signed = shipped AND invoiced = accepted complete,
      rtrim(concat(CASE WHEN f_os THEN 'OVER_SHIPPED;' END, CASE WHEN f_osg THEN 'OVER_SIGNED;' END, CASE WHEN f_oi THEN 'OVER_INVOICED;' END, CASE WHEN f_name THEN 'NAME;' END,
        CASE WHEN f_price THEN 'PRICE;' END, CASE WHEN f_amt THEN 'AMOUNT;' END, CASE WHEN oa > 0 THEN 'ORDER_AMOUNT;' END, CASE WHEN f_rate THEN 'TAX_RATE;' END,
        CASE WHEN tax > 0 THEN 'TAX;' END, CASE WHEN f_cust THEN 'CUSTOMER;' END, CASE WHEN f_date THEN 'DATE;' END, CASE WHEN f_late THEN 'LATE_SIGNATURE;' END), ';') findings FROM k)
SELECT order_no, line_no, customer_id, sku, goods_name, quantity::{Q} ordered, shipped, accepted, damaged, rejected, accepted billable, invoiced, billable_amount, invoiced_amount,
  greatest(accepted - invoiced, 0)::{Q} to_invoice, CASE WHEN accepted > invoiced THEN greatest(billable_amount - invoiced_amount, 0) ELSE 0 END::{A} to_invoice_amount,
  CASE WHEN review THEN 'review' WHEN complete AND findings <> '' THEN 'tolerated' WHEN complete THEN 'matched' ELSE 'open' END status,
  CASE WHEN review OR complete THEN '' WHEN shipped < quantity THEN 'ship' WHEN signed < shipped THEN 'sign' ELSE 'invoice' END AS next, findings
FROM m"""


def age(d, asof):
    return f"""
WITH o AS (SELECT order_no, min_by(terms, line_no)::INTEGER terms FROM {src(d,'orders')} GROUP BY 1),
iv AS (SELECT * FROM {src(d,'invoices')} WHERE status <> 'void' AND invoice_date <= DATE '{asof}'),
cu AS (SELECT * FROM {src(d,'customers')}),
blue AS (SELECT invoice_no, min(customer_id) cust, min(invoice_date) idate, min(order_no) order_no, sum(gross_amount)::{A} amt FROM iv WHERE kind <> 'red' GROUP BY 1),
credit AS (SELECT customer_id cust, coalesce(original_invoice_no,'') target, invoice_date d, invoice_no nr, (-sum(gross_amount))::{A} amt FROM iv WHERE kind = 'red' GROUP BY ALL
           UNION ALL SELECT customer_id, coalesce(invoice_no,''), payment_date, payment_no, amount FROM {src(d,'payments')}
           WHERE payment_date <= DATE '{asof}' AND NOT (method = '商业承兑汇票' AND maturity_date::DATE > DATE '{asof}')),
named AS (SELECT credit.cust, target, sum(credit.amt)::{A} amt FROM credit JOIN blue ON blue.invoice_no = target AND blue.cust = credit.cust GROUP BY ALL),
bal AS (SELECT blue.*, (blue.amt - coalesce(named.amt,0))::{A} b FROM blue LEFT JOIN named ON named.target = blue.invoice_no),
pool AS (SELECT cust, sum(amt)::{A} p FROM (
           SELECT credit.cust, credit.amt FROM credit LEFT JOIN blue ON blue.invoice_no = target AND blue.cust = credit.cust WHERE blue.invoice_no IS NULL
           UNION ALL SELECT cust, -b FROM bal WHERE b < 0) GROUP BY 1),
w AS (SELECT bal.cust, invoice_no, b, bal.idate + coalesce(o.terms, cu.terms) due,
      sum(b) OVER (PARTITION BY bal.cust ORDER BY bal.idate + coalesce(o.terms, cu.terms), bal.idate, invoice_no ROWS UNBOUNDED PRECEDING) - coalesce(p,0) c
      FROM bal LEFT JOIN o USING (order_no) JOIN cu ON cu.customer_id = bal.cust LEFT JOIN pool ON pool.cust = bal.cust WHERE b > 0),
item AS (SELECT cust, invoice_no, DATE '{asof}' - due od, greatest(0, least(b, c))::{A} rem, b FROM w),
up AS (SELECT customer_id, customer_name, CASE industry {' '.join(f"WHEN '{k}' THEN {v}" for k, v in INDUSTRY_UPLIFT.items())} ELSE 1.00 END::DECIMAL(4,2) u FROM cu),
rated AS (SELECT item.*, CASE WHEN od <= 0 THEN 0.00 WHEN od <= 30 THEN 0.02 WHEN od <= 90 THEN 0.15 WHEN od <= 180 THEN 0.50 ELSE 1.00 END::DECIMAL(3,2) rate FROM item),
g AS (SELECT cust, sum(rem)::{A} balance, sum(b)::{A} opn,
  coalesce(sum(rem) FILTER (od <= 0),0)::{A} not_due, coalesce(sum(rem) FILTER (od BETWEEN 1 AND 30),0)::{A} "1-30", coalesce(sum(rem) FILTER (od BETWEEN 31 AND 90),0)::{A} "31-90",
  coalesce(sum(rem) FILTER (od BETWEEN 91 AND 180),0)::{A} "91-180", coalesce(sum(rem) FILTER (od > 180),0)::{A} "181+",
  sum(round(rem * least(1.0000::DECIMAL(7,4), rate*u), 2))::{A} provision FROM rated JOIN up ON up.customer_id = cust GROUP BY 1)
SELECT customer_id, coalesce(balance,0)::{A} balance, coalesce(not_due,0)::{A} not_due, coalesce("1-30",0)::{A} "1-30", coalesce("31-90",0)::{A} "31-90",
  coalesce("91-180",0)::{A} "91-180", coalesce("181+",0)::{A} "181+", greatest(0, coalesce(p,0)-coalesce(opn,0))::{A} unapplied_credit, coalesce(provision,0)::{A} provision
FROM cu LEFT JOIN g ON g.cust = customer_id LEFT JOIN pool ON pool.cust = customer_id WHERE coalesce(balance,0) <> 0 OR coalesce(p,0) > coalesce(opn,0) ORDER BY customer_id"""


def main():
    job, d, out = sys.argv[1:4]
    asof = sys.argv[4] if len(sys.argv) > 4 else '2025-12-31'
    import duckdb
    os.makedirs(out, exist_ok=True)
    con = duckdb.connect()
    con.execute(f"SET threads={os.environ.get('AR_THREADS', os.cpu_count())}; SET preserve_insertion_order=false")
    body, name = (match(d, asof), 'match') if job == 'match' else (age(d, asof), 'aging')
    con.execute(f"COPY ({body}) TO '{out}/{name}.csv' (HEADER, DELIMITER ',')")


if __name__ == "__main__":
    main()
