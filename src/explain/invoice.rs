//! How an invoice came to be owed, since when, and what it costs.

use super::account::{finding_steps, held_step, item_steps, standing_step};
use super::{Evidence, Step, money_in};
use crate::documents::invoice::InvoiceKind;
use crate::ids::{Id, Invoice};
use crate::input::{InputError, Place};
use crate::receivable::designation::Designation;
use crate::receivable::dispute::Dispute;
use crate::receivable::due::{Dated, Due, TermsSource};
use crate::receivable::finding::BookFinding;
use crate::receivable::settle::Account;

/// The explanation of an invoice that counts.
pub(super) fn explain(
    invoice: Id<Invoice>,
    evidence: &Evidence<'_>,
    due: &mut Due<'_>,
) -> Result<Step, InputError> {
    let invoices = &evidence.books.invoices;
    let head = invoices.head(invoice);
    let (number, currency) = (invoices.number(invoice), invoices.labels.text(head.currency));
    let customer = evidence.books.customer(head.customer);
    let total = money_in(invoices.total(invoice), currency);
    let is_red = invoices.standing(invoice).kind == InvoiceKind::Red;
    let (kind, kind_zh) = if is_red { ("red invoice", "红字发票") } else { ("invoice", "发票") };
    let who =
        customer.id.clone() + &customer.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let says = evidence.say(
        format!("{kind} {number} of {who}, {}: {total}", head.date),
        format!("{kind_zh} {number}，{who}，{}：{total}", head.date),
    );
    let mut steps = vec![amount_step(invoice, evidence)?];
    steps.extend(order_lines_step(invoice, evidence)?);
    let account = evidence.account(&customer.id, currency);
    if is_red {
        steps.push(original_step(invoice, evidence));
        steps.extend(account.map(|account| super::payment::settled_step(&number, account, evidence)));
    } else {
        steps.push(due_step(invoice, evidence, due)?);
        steps.extend(account.and_then(|account| settlement_step(invoice, account, evidence)));
        let of_invoice = evidence.provision.items.iter().filter(|item| item.item.invoice == invoice);
        let open: Vec<_> = of_invoice.collect();
        if !open.is_empty() {
            for dispute in evidence.books.disputes.of(invoice) {
                steps.push(dispute_step(dispute, evidence)?);
            }
            let moves_dunning = open.iter().any(|item| item.item.extended_to.is_some());
            steps.extend(extension_step(invoice, moves_dunning, evidence)?);
        }
        steps.extend(open.into_iter().map(|item| item_steps(item, evidence)));
        steps.extend(standing_step(&customer.id, currency, evidence));
    }
    // Another customer's invoice may have this number.
    let is_about = |finding: &BookFinding| {
        *finding.document == *number && ["", customer.id.as_str()].contains(&finding.customer_id.as_str())
    };
    steps.extend(finding_steps(is_about, evidence));
    Ok(Step::new(says).with(steps))
}

/// An invoice that stands in the files and does not count.
pub(super) fn explain_idle(number: &str, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let rows = evidence.invoice_rows(number)?;
    let steps = rows.into_iter().map(|row| {
        let amount = row.amount.unwrap_or_default().grouped();
        let (en, zh) = if row.is_void {
            ("void, left out", "作废，剔除")
        } else {
            ("dated after the as-of date, or not approved, left out", "晚于截止日或未审核，剔除")
        };
        let date = row.date;
        Step::new(evidence.say(format!("{date}, {amount}: {en}"), format!("{date}，{amount}：{zh}")))
            .at([row.source])
    });
    let says = evidence.say(
        format!("invoice {number} does not count at {}", evidence.as_of),
        format!("发票 {number} 截至 {} 不计", evidence.as_of),
    );
    Ok(Step::new(says).with(steps))
}

/// The invoice's amount: its rows.
fn amount_step(invoice: Id<Invoice>, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let invoices = &evidence.books.invoices;
    let standing = invoices.standing(invoice);
    let rows = evidence.rows_of_invoice(invoice)?;
    let total = invoices.total(invoice).grouped();
    let signs = if standing.negate_money {
        evidence.say(", stated positive and counted negative, because it is red", "，红票所列正数按负数计")
    } else {
        String::new()
    };
    let says = evidence.say(
        format!("amount {total}: the gross amounts of its rows{signs}"),
        format!("金额 {total}：各行价税合计之和{signs}"),
    );
    let steps = rows.into_iter().map(|row| {
        let amount = row.amount.unwrap_or_default().grouped();
        let quantity = row.quantity.map(|quantity| format!("{quantity} ")).unwrap_or_default();
        let goods = row.goods;
        Step::new(format!("{amount}  {quantity}{goods}")).at([row.source])
    });
    Ok(Step::new(says).with(steps))
}

/// The order lines that it bills.
fn order_lines_step(invoice: Id<Invoice>, evidence: &Evidence<'_>) -> Result<Option<Step>, InputError> {
    let Some(matching) = evidence.matching else { return Ok(None) };
    let Some(invoice) = matching.invoices.counterpart(&evidence.books.invoices, invoice) else {
        return Ok(None);
    };
    let mut steps = Vec::new();
    for line in matching.lines_billed_by(invoice) {
        let (row, _) = matching.judge_one(line, evidence.sources, evidence.policy)?;
        let billed = matching.billed(line).find(|billed| billed.invoice == invoice);
        let billed = billed.map(|billed| {
            let quantity = billed.quantity.map(|quantity| quantity.to_string());
            let quantity = quantity.unwrap_or_else(|| evidence.say("no quantity", "未列数量"));
            (quantity, billed.gross.grouped())
        });
        let (quantity, gross) = billed.unwrap_or_default();
        let (order, line_no, status) = (&row.order_no, &row.line_no, row.status.word().say(evidence.lang));
        let says = evidence.say(
            format!("order line {order}/{line_no}: {quantity}, {gross}; the line is {status}"),
            format!("订单行 {order}/{line_no}：{quantity}，{gross}；该行{status}"),
        );
        steps.push(Step::new(says).at(evidence.sources(&[matching.lines.place_of(line)])?));
    }
    if steps.is_empty() {
        let says = evidence.say("bills no order line that is in the books", "不对应账中任何订单行");
        return Ok(Some(Step::new(says)));
    }
    Ok(Some(Step::new(evidence.say("what it bills", "对应订单")).with(steps)))
}

fn original_step(invoice: Id<Invoice>, evidence: &Evidence<'_>) -> Step {
    let invoices = &evidence.books.invoices;
    let original = invoices.original_of(invoice).map(|original| invoices.number(original).to_string());
    Step::new(match original {
        Some(original) => evidence.say(
            format!("takes back invoice {original}, by its column or its remark"),
            format!("红冲发票 {original}（由栏位或备注得知）"),
        ),
        None if invoices.names_original(invoice) => evidence.say(
            "names an invoice that is not in the books: it joins the customer's unapplied credit",
            "所注蓝字发票不在账中：计入客户未核销款",
        ),
        None => evidence.say(
            "names no invoice: it joins the customer's unapplied credit",
            "未注明蓝字发票：计入客户未核销款",
        ),
    })
}

/// Its terms, and the due date of each tranche.
fn due_step(invoice: Id<Invoice>, evidence: &Evidence<'_>, due: &mut Due<'_>) -> Result<Step, InputError> {
    let date = evidence.books.invoices.head(invoice).date;
    let mut steps = Vec::new();
    let why_not_order = match evidence.books.strange_order(invoice) {
        Some(order) => evidence
            .say(format!("its order {order} is not in the books"), format!("所注订单 {order} 不在账中")),
        None if evidence.books.names_order(invoice) => evidence.say("its order gives none", "订单未列"),
        None => evidence.say("it names no order", "发票未注订单"),
    };
    let (source, terms) = due.date(invoice, |dated| steps.push(dated_step(&dated, date, evidence)));
    let step = match source {
        TermsSource::DueDateGiven => {
            Step::new(evidence.say("due on the day that it states itself", "按发票自列到期日"))
        }
        TermsSource::Order(line) => {
            let places: Vec<Place> =
                line.map(|line| evidence.books.orders.place_of(line)).into_iter().collect();
            let says =
                evidence.say(format!("terms '{terms}' of its order"), format!("付款条件“{terms}”，取自订单"));
            Step::new(says).at(evidence.sources(&places)?)
        }
        TermsSource::Customer => {
            let customer = evidence.books.customer(evidence.books.invoices.head(invoice).customer);
            let says = evidence.say(
                format!("terms '{terms}' of the customer; {why_not_order}"),
                format!("付款条件“{terms}”，取自客户；{why_not_order}"),
            );
            Step::new(says).at(evidence.customer_rows(&customer.id)?.into_iter().map(|row| row.source))
        }
        TermsSource::Default => {
            let says = evidence.say(
                format!("terms '{terms}' of the policy; {why_not_order}, and the customer none"),
                format!("付款条件“{terms}”，取自政策；{why_not_order}，客户也未列"),
            );
            Step::new(says).by(evidence.rule("receivable.default_terms"))
        }
    };
    Ok(step.with(steps))
}

fn dated_step(dated: &Dated, invoice_date: chrono::NaiveDate, evidence: &Evidence<'_>) -> Step {
    let tranche = &dated.tranche;
    let (number, amount) = (tranche.number, tranche.amount.grouped());
    let (due_date, unrolled, stated) = (tranche.due_date, dated.unrolled, dated.stated);
    let mut says = evidence.say(format!("tranche {number}, {amount}"), format!("第{number}期，{amount}"));
    if let Some(rule) = dated.rule {
        says += &evidence.say(format!(" ({rule})"), format!("（{rule}）"));
        says += &match dated.event_date {
            Some(day) => evidence.say(
                format!(": {} on {day}", rule.timing.event.name()),
                format!("：{}日 {day}", rule.timing.event.word().zh),
            ),
            None => evidence.say(
                format!(
                    ": the books do not know its {}, so the invoice's date {invoice_date} stands in",
                    rule.timing.event.name()
                ),
                format!("：账中无{}日期，以开票日 {invoice_date} 代替", rule.timing.event.word().zh),
            ),
        };
    }
    says += &if stated < unrolled {
        evidence.say(
            format!("; {stated} lies before the invoice, due {unrolled}"),
            format!("；{stated} 早于开票日，到期日 {unrolled}"),
        )
    } else {
        evidence.say(format!("; due {unrolled}"), format!("；到期日 {unrolled}"))
    };
    if unrolled == due_date {
        return Step::new(says);
    }
    says += &evidence
        .say(format!(", no working day, so due {due_date}"), format!("，非工作日，顺延至 {due_date}"));
    Step::new(says).by(evidence.rule("receivable.roll"))
}

/// What of it is disputed.
fn dispute_step(dispute: &Dispute, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let (amount, opened) = (dispute.amount.grouped(), dispute.opened);
    let [reason, owner] = [&dispute.reason, &dispute.owner].map(String::as_str);
    let about: Vec<&str> = [reason, owner].into_iter().filter(|text| !text.is_empty()).collect();
    let about = if about.is_empty() { String::new() } else { format!(" ({})", about.join("; ")) };
    let says = evidence.say(
        format!("disputed {amount} since {opened}{about}: it keeps ageing and is not dunned"),
        format!("自 {opened} 起争议 {amount}{about}：账龄照计，暂不催收"),
    );
    Ok(Step::new(says).at(evidence.sources(&[dispute.place])?))
}

/// The later day until which it may be paid, and whether that is later for anything that is open of it (`moves_dunning`).
fn extension_step(
    invoice: Id<Invoice>,
    moves_dunning: bool,
    evidence: &Evidence<'_>,
) -> Result<Option<Step>, InputError> {
    let Some(extension) = evidence.books.extensions.of(invoice) else { return Ok(None) };
    let (day, by, on) = (extension.new_due_date, &extension.approved_by, extension.approved_on);
    if !moves_dunning {
        let says = evidence.say(
            format!("extended to {day}, approved by {by} on {on}: all that is open is due no earlier, so it moves nothing"),
            format!("展期至 {day}，{by} 于 {on} 批准：未收部分的到期日均不早于此，故不起作用"),
        );
        return Ok(Some(Step::new(says).at(evidence.sources(&[extension.place])?)));
    }
    let moves = evidence.policy.receivable.extension_moves_provision;
    let says = evidence.say(
        format!(
            "extended to {day}, approved by {by} on {on}: dunning goes by that day, the age does not, the provision {}",
            if moves { "does" } else { "does not" }
        ),
        format!(
            "展期至 {day}，{by} 于 {on} 批准：催收按展期后日期，账龄不变，坏账准备{}",
            if moves { "按展期后日期" } else { "不变" }
        ),
    );
    let step = Step::new(says).by(evidence.rule("receivable.extension_moves_provision"));
    Ok(Some(step.at(evidence.sources(&[extension.place])?)))
}

/// What settled it.
fn settlement_step(invoice: Id<Invoice>, account: &Account<'_>, evidence: &Evidence<'_>) -> Option<Step> {
    let at = account.claims.iter().position(|claim| claim.invoice == invoice)?;
    let claim = &account.claims[at];
    let mut steps = Vec::new();
    for application in account.applications.iter().filter(|application| application.claim == at) {
        let credit = account.credits[application.credit];
        let (kind, number) = (credit.kind.word().say(evidence.lang), evidence.books.number_of(credit.number));
        let (amount, date) = (application.amount.grouped(), credit.date);
        let tranche = claim.tranches[application.tranche].number;
        let rule = application.rule.reason(evidence.lang);
        let says = evidence.say(
            format!("{amount} of {kind} {number}, {date}, to tranche {tranche}: {rule}"),
            format!("{kind} {number}（{date}）{amount}，核销第{tranche}期：{rule}"),
        );
        let step = Step::new(says);
        steps.push(match application.rule {
            crate::receivable::settle::Rule::OldestDue | crate::receivable::settle::Rule::Statutory(_) => {
                step.by(evidence.rule("receivable.unapplied"))
            }
            _ => step,
        });
    }
    let held_back = account.held_back.iter().filter(|held| held.names == Designation::Invoice(invoice));
    steps.extend(held_back.map(|held| held_step(held, evidence)));
    let settled: crate::money::Money =
        claim.tranches.iter().map(|tranche| tranche.paid + tranche.credited).sum();
    let (settled, balance) = (settled.grouped(), claim.balance().grouped());
    let says = evidence
        .say(format!("settled {settled}, open {balance}"), format!("已核销 {settled}，未收 {balance}"));
    Some(Step::new(says).with(steps))
}
