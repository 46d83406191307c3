//! How an order line was matched with its shipments, receipts and invoices.

use super::rows::Row;
use super::{Evidence, Step, money_in};
use crate::ids::{Id, Order};
use crate::input::InputError;
use crate::matching::Matching;
use crate::matching::finding::Measure;
use crate::matching::report::{DifferenceRow, MatchRow, Status};
use crate::money::Quantity;

/// The explanation of an order: its lines.
pub(super) fn explain_order(order: Id<Order>, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let lines = evidence.matching.map_or(&evidence.books.orders, |matching| &matching.lines);
    let number = lines.orders.text(order);
    let mut steps = Vec::new();
    for line in lines.in_row_order(lines.lines_of(order)) {
        steps.push(explain(line, evidence)?);
    }
    Ok(Step::new(evidence.say(format!("order {number}"), format!("订单 {number}"))).with(steps))
}

/// The explanation of an order line.
pub(super) fn explain(line: usize, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let Some(matching) = evidence.matching else {
        return Ok(Step::new(evidence.say("there are no orders", "没有订单")));
    };
    let place = evidence.sources(&[matching.lines.place_of(line)])?;
    if !matching.lines.counts(line) {
        let says = evidence.say(
            "the order line does not count: it is dated after the as-of date, or not approved",
            "该订单行不计：晚于截止日或未审核",
        );
        return Ok(Step::new(says).at(place));
    }
    let (row, found) = matching.judge_one(line, evidence.sources, evidence.policy)?;
    let (order, line_no, goods) = (&row.order_no, &row.line_no, &row.goods_name);
    let (customer, status) = (&row.customer_id, row.status.word().say(evidence.lang));
    let says = evidence.say(
        format!("order line {order}/{line_no} of {customer}, {goods}: {status}"),
        format!("订单行 {order}/{line_no}，{customer}，{goods}：{status}"),
    );
    let steps = [
        vec![documents_step(&evidence.say("ordered", "订购"), row.figures.ordered, Vec::new())],
        vec![documents_step(
            &evidence.say("shipped", "发货"),
            row.figures.shipped,
            evidence.shipments_of(line, matching)?,
        )],
        vec![signed_step(&row, evidence.receipts_of(line, matching)?, evidence)],
        vec![billable_step(&row, evidence)],
        vec![invoiced_step(line, &row, matching, evidence)?],
        vec![status_step(&row, evidence)],
        found.iter().map(|difference| difference_step(difference, evidence)).collect(),
    ];
    Ok(Step::new(says).at(place).with(steps.into_iter().flatten()))
}

fn documents_step(what: &str, figure: Quantity, rows: Vec<Row>) -> Step {
    let steps = rows.into_iter().map(|row| {
        let quantity = row.quantity.map(|quantity| quantity.to_string()).unwrap_or_default();
        Step::new(format!("{quantity}  {}, {}", row.document, row.date)).at([row.source])
    });
    Step::new(format!("{what} {figure}")).with(steps)
}

fn signed_step(row: &MatchRow, receipts: Vec<Row>, evidence: &Evidence<'_>) -> Step {
    let figures = &row.figures;
    let says = evidence.say(
        format!(
            "signed for: accepted {}, damaged {}, rejected {}",
            figures.accepted, figures.damaged, figures.rejected
        ),
        format!("签收：验收 {}，破损 {}，拒收 {}", figures.accepted, figures.damaged, figures.rejected),
    );
    let steps = receipts.into_iter().map(|receipt| {
        let accepted = receipt.quantity.unwrap_or_default();
        let [damaged, rejected] = receipt.spoiled;
        let (document, date) = (receipt.document, receipt.date);
        Step::new(format!("{accepted} / {damaged} / {rejected}  {document}, {date}")).at([receipt.source])
    });
    Step::new(says).with(steps)
}

fn billable_step(row: &MatchRow, evidence: &Evidence<'_>) -> Step {
    let figures = &row.figures;
    let says = evidence.say(
        format!(
            "billable {}, {}: accepted, and the shares of damaged and rejected goods that are billed, at the order's price",
            figures.billable,
            money_in(figures.billable_amount, &row.currency)
        ),
        format!(
            "应开票 {}，{}：验收数量加破损、拒收中按政策开票的部分，按订单价格",
            figures.billable,
            money_in(figures.billable_amount, &row.currency)
        ),
    );
    let rules = ["match.bill_damaged", "match.bill_rejected", "match.order_price"];
    Step::new(says).by(rules.map(|key| evidence.rule(key)).join("; "))
}

fn invoiced_step(
    line: usize,
    row: &MatchRow,
    matching: &Matching,
    evidence: &Evidence<'_>,
) -> Result<Step, InputError> {
    let figures = &row.figures;
    let says = evidence.say(
        format!("invoiced {}, {}", figures.invoiced, money_in(figures.invoiced_amount, &row.currency)),
        format!("已开票 {}，{}", figures.invoiced, money_in(figures.invoiced_amount, &row.currency)),
    );
    let mut steps = Vec::new();
    let mut billed: Vec<_> = matching.billed(line).collect();
    billed.sort_by_key(|billed| matching.invoices.number(billed.invoice).to_string());
    for billed in billed {
        let number = matching.invoices.number(billed.invoice);
        let quantity = billed.quantity.map(|quantity| quantity.to_string());
        let quantity = quantity.unwrap_or_else(|| evidence.say("no quantity", "未列数量"));
        let gross = billed.gross.grouped();
        let says = evidence.say(
            format!("{quantity}, {gross}  invoice {number}"),
            format!("{quantity}，{gross}  发票 {number}"),
        );
        let rows = match evidence.books.invoices.counterpart(&matching.invoices, billed.invoice) {
            Some(invoice) => evidence.rows_that_bill(line, invoice, matching)?,
            None => Vec::new(),
        };
        steps.push(Step::new(says).at(rows.into_iter().map(|row| row.source)));
    }
    Ok(Step::new(says).with(steps))
}

fn status_step(row: &MatchRow, evidence: &Evidence<'_>) -> Step {
    let status = row.status.word().say(evidence.lang);
    let (to_invoice, amount) = (row.to_invoice, money_in(row.to_invoice_amount, &row.currency));
    let why = match row.status {
        Status::Matched => evidence.say(
            "shipped, signed for and invoiced in full, and nothing differs",
            "发货、签收、开票齐全且无差异",
        ),
        Status::Tolerated => evidence.say(
            "shipped, signed for and invoiced in full; what differs is within its tolerance",
            "发货、签收、开票齐全，差异在容差之内",
        ),
        Status::Review => evidence.say("a difference exceeds its tolerance, or has none", "有差异超出容差"),
        Status::Open => {
            let next = row.next.map(|next| next.word().say(evidence.lang)).unwrap_or_default();
            evidence.say(format!("not complete; missing first: {next}"), format!("未完成；先缺：{next}"))
        }
        Status::Cancelled => evidence.say("cancelled, and nothing contradicts that", "已取消，且无矛盾单据"),
    };
    let open = if row.may_be_invoiced() {
        evidence.say(
            format!("; {to_invoice} may be invoiced now, {amount}"),
            format!("；现可开票 {to_invoice}，{amount}"),
        )
    } else {
        String::new()
    };
    Step::new(evidence.say(format!("{status}: {why}{open}"), format!("{status}：{why}{open}")))
}

fn difference_step(difference: &DifferenceRow, evidence: &Evidence<'_>) -> Step {
    let finding = &difference.finding;
    let said = |measure: &Measure| match measure {
        Measure::Quantity(quantity) => quantity.to_string(),
        Measure::Money(money) => money.grouped(),
        Measure::Price(price) => price.to_string(),
        Measure::Rate(rate) => rate.percent(),
        Measure::Text(text) => text.clone(),
        Measure::Nothing => String::new(),
    };
    let (code, document) = (finding.check.word().code, &finding.document);
    let (expected, actual) = (said(&finding.expected), said(&finding.actual));
    let tolerance = difference.wording.tolerance(finding.check);
    let within = match (finding.within, tolerance.is_empty()) {
        (true, _) => evidence
            .say(format!(", within its tolerance of {tolerance}"), format!("，在容差 {tolerance} 之内")),
        (false, false) => {
            evidence.say(format!(", beyond its tolerance of {tolerance}"), format!("，超出容差 {tolerance}"))
        }
        (false, true) => String::new(),
    };
    let document = if document.is_empty() { String::new() } else { format!(" {document}") };
    Step::new(evidence.say(
        format!("{code}{document}: expected {expected}, found {actual}{within}"),
        format!("{code}{document}：应为 {expected}，实为 {actual}{within}"),
    ))
}
