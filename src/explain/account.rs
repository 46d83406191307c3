//! What a customer owes, why, and what follows from it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Evidence, Step, money_in};
use crate::aging;
use crate::input::InputError;
use crate::lang::Lang;
use crate::money::Money;
use crate::policy::AgingBasis;
use crate::provision::ProvisionItem;
use crate::provision::rate::RateBasis;
use crate::receivable::books::HeldBack;
use crate::receivable::finding::BookFinding;
use crate::receivable::settle::Account;
use crate::receivable::{Customer, OpenItem};
use crate::report::headings;

/// The explanation of a customer.
pub(super) fn explain(customer: &Customer, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let name = customer.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let says = evidence.say(format!("customer {}{name}", customer.id), format!("客户 {}{name}", customer.id));
    let rows = evidence.customer_rows(&customer.id)?;
    let mut steps = Vec::new();
    let accounts = evidence.accounts.iter().filter(|account| account.customer.id == customer.id);
    // An allowance may be left of a customer that owes nothing any more.
    let provided = evidence.provision.rows.iter().filter(|row| *row.group.key == *customer.id);
    let provided = provided.map(|row| &row.group.currency);
    let currencies: BTreeSet<&Arc<str>> = accounts.map(|account| &account.currency).chain(provided).collect();
    for currency in currencies {
        let account = evidence.account(&customer.id, currency);
        steps.extend(account.map(|account| balance_step(account, evidence)));
        steps.extend(provision_step(&customer.id, currency, evidence));
        steps.extend(standing_step(&customer.id, currency, evidence));
    }
    let unbilled = evidence.unbilled.iter().filter(|(group, _)| *group.key == *customer.id);
    steps.extend(unbilled.map(|(group, &amount)| {
        let amount = money_in(amount, &group.currency);
        Step::new(evidence.say(
            format!("{amount} signed for and not invoiced yet, beside the balance (recv match says of which order lines)"),
            format!("未开票应收 {amount}（已签收未开票，不计入余额；明细见 recv match）"),
        ))
    }));
    if steps.is_empty() {
        steps.push(Step::new(
            evidence.say("no invoice and no payment up to the as-of date", "截止日前无发票与收款"),
        ));
    }
    steps.extend(finding_steps(|finding| finding.customer_id == customer.id, evidence));
    Ok(Step::new(says).at(rows.into_iter().map(|row| row.source)).with(steps))
}

/// Invoices less settlements is the balance; open tranches and unapplied credit in detail.
fn balance_step(account: &Account<'_>, evidence: &Evidence<'_>) -> Step {
    let currency = &account.currency;
    let tranches = || account.claims.iter().flat_map(|claim| &claim.tranches);
    let invoiced: Money = tranches().map(|tranche| tranche.amount).sum();
    let settled: Money = tranches().map(|tranche| tranche.paid + tranche.credited).sum();
    let (balance, pool) = (invoiced - settled, account.pool());
    let says = evidence.say(
        format!(
            "balance {} = invoices {} - settled {}; unapplied credit {}",
            money_in(balance, currency),
            invoiced.grouped(),
            settled.grouped(),
            pool.grouped()
        ),
        format!(
            "余额 {} = 发票 {} - 已核销 {}；未核销款 {}",
            money_in(balance, currency),
            invoiced.grouped(),
            settled.grouped(),
            pool.grouped()
        ),
    );
    let items =
        evidence.provision.items.iter().filter(|item| {
            item.item.customer.id == account.customer.id && item.item.group.currency == *currency
        });
    let credits = account.credits.iter().zip(&account.unapplied).filter(|(_, left)| !left.is_zero());
    let credits = credits.map(|(credit, left)| {
        let (kind, number) = (credit.kind.word().say(evidence.lang), evidence.books.number_of(credit.number));
        let (left, date) = (left.grouped(), credit.date);
        Step::new(evidence.say(
            format!("{left} of {kind} {number}, {date}, is unapplied"),
            format!("{kind} {number}（{date}）未核销 {left}"),
        ))
        .by(evidence.rule("receivable.unapplied"))
    });
    let held = account.held_back.iter().map(|held| held_step(held, evidence));
    Step::new(says).with(items.map(|item| item_steps(item, evidence))).with(credits).with(held)
}

/// A payment that settles nothing: a bill in hand, or one that was dishonoured.
pub(super) fn held_step(held: &HeldBack, evidence: &Evidence<'_>) -> Step {
    let (number, date) = (evidence.books.payments.text(held.number), held.date);
    let amount = money_in(held.amount, &held.currency);
    Step::new(if held.dishonoured {
        evidence.say(
            format!("{amount} of payment {number}, {date}, was dishonoured: it settles nothing, and what it paid keeps its age"),
            format!("收款 {number}（{date}）{amount} 拒付：不核销任何款项，账龄连续计算"),
        )
    } else {
        evidence.say(
            format!("{amount} of payment {number}, {date}, is a bill in hand, not due yet: it settles at maturity"),
            format!("收款 {number}（{date}）{amount} 为未到期票据：到期才核销"),
        )
    })
    .by("receivable.bills".to_owned())
}

/// An open tranche: days, bucket, rate, provision.
pub(super) fn item_steps(item: &ProvisionItem<'_>, evidence: &Evidence<'_>) -> Step {
    let open = item.item;
    let currency = &open.group.currency;
    let (invoice, number, days) = (&open.invoice_no, open.tranche, open.overdue_days);
    let (balance, due) = (money_in(open.balance, currency), open.due_date);
    let as_of = evidence.as_of;
    let says = evidence.say(
        format!("open: {balance} of invoice {invoice}, tranche {number}"),
        format!("未收：发票 {invoice} 第{number}期 {balance}"),
    );
    // The age goes by the due date, even where the provision goes by an extended one.
    let name = evidence.policy.aging.buckets.name(open.bucket);
    let bucket = headings::bucket(&name);
    let zh = bucket.say(Lang::Zh);
    let bucket_says = if days > 0 {
        evidence.say(
            format!("{as_of} - {due} = {days} days overdue: bucket {name}"),
            format!("{as_of} - {due} = 逾期{days}天：{zh}"),
        )
    } else {
        evidence.say(format!("due {due}, not overdue: bucket {name}"), format!("{due} 到期，未逾期：{zh}"))
    };
    let aged = (evidence.policy.aging.basis == AgingBasis::InvoiceDate).then(|| aged_step(open, evidence));
    let (rate, basis) = (item.rate.percent(), item.basis.say(evidence.lang));
    let provision = item.provision.grouped();
    let provision_says = evidence.say(
        format!("provision {provision} = {} x {rate} ({basis})", open.balance.grouped()),
        format!("坏账准备 {provision} = {} × {rate}（{basis}）", open.balance.grouped()),
    );
    let by_bucket = !matches!(item.basis, RateBasis::Specific(_));
    let moved = match open.extended_to.filter(|_| by_bucket && open.provision_bucket != open.bucket) {
        Some(day) => evidence.say(
            format!(", by the extended due date {day}: bucket {}", item.bucket_name),
            format!("，按展期后到期日 {day}：{}", headings::bucket(&item.bucket_name).say(Lang::Zh)),
        ),
        None => String::new(),
    };
    let provision_says = provision_says + &moved;
    let rate_key = format!("provision.rates.{}", item.bucket_name);
    let rates = match item.basis {
        RateBasis::Specific(_) => None,
        RateBasis::Matrix => Some(evidence.rule(&rate_key)),
        RateBasis::Uplifted(_) => Some(format!("{}; provision.uplift", evidence.rule(&rate_key))),
    };
    let provision_step = match rates {
        Some(rule) => Step::new(provision_says).by(rule),
        None => Step::new(provision_says),
    };
    let overdue_step = Step::new(bucket_says).by(evidence.rule("aging.buckets"));
    Step::new(says).with(aged).with([overdue_step, provision_step])
}

/// The bucket of the age report, where that goes by the invoice's date.
fn aged_step(open: &OpenItem, evidence: &Evidence<'_>) -> Step {
    let (as_of, date) = (evidence.as_of, open.invoice_date);
    let days = as_of.days_since(date);
    let policy = &evidence.policy.aging;
    let name = policy.buckets.name(aging::bucket_of(open, policy, as_of));
    let zh = headings::age_bucket(&name);
    let zh = zh.say(Lang::Zh);
    Step::new(evidence.say(
        format!("{as_of} - {date} = {days} days since the invoice: bucket {name} of the age report"),
        format!("{as_of} - {date} = 账龄{days}天：账龄表 {zh}"),
    ))
    .by(evidence.rule("aging.basis"))
}

/// The movement of the customer's allowance.
fn provision_step(customer: &str, currency: &str, evidence: &Evidence<'_>) -> Option<Step> {
    let row = evidence
        .provision
        .rows
        .iter()
        .find(|row| *row.group.key == *customer && *row.group.currency == *currency)?;
    let movement = &row.movement;
    Some(Step::new(evidence.say(
        format!(
            "allowance: required {}, so charge {} = required - (opening {} - written off {} + recovered {})",
            money_in(movement.required, currency),
            movement.charge.grouped(),
            movement.opening.grouped(),
            movement.written_off.grouped(),
            movement.recovered.grouped()
        ),
        format!(
            "坏账准备：应计提 {}，本期计提 {} = 应计提 -（期初 {} - 核销 {} + 收回 {}）",
            money_in(movement.required, currency),
            movement.charge.grouped(),
            movement.opening.grouped(),
            movement.written_off.grouped(),
            movement.recovered.grouped()
        ),
    )))
}

/// Where the customer stands in collection.
pub(super) fn standing_step(customer: &str, currency: &str, evidence: &Evidence<'_>) -> Option<Step> {
    let row = evidence
        .worklist
        .iter()
        .find(|row| row.customer.id == customer && *row.group.currency == *currency)?;
    let none = evidence.say("none", "无");
    let tier = row.standing.tier().map_or(none.as_str(), |tier| tier.say(evidence.lang));
    let alert = row.standing.alert().say(evidence.lang);
    let reason = row.reason.say(evidence.lang);
    let says = evidence.say(
        format!("collection: tier {tier}, alert {alert}: {reason}"),
        format!("催收：级别{tier}，预警{alert}：{reason}"),
    );
    let action = row.next_action.as_ref().map(|action| {
        let owner = row.owner.as_deref().map(|owner| crate::report::vocabulary::say(owner, evidence.lang));
        let due_by = row.due_by.map(|day| day.to_string()).unwrap_or_default();
        let (action, owner) = (action.say(evidence.lang), owner.unwrap_or_default());
        Step::new(evidence.say(
            format!("next: {action}, {owner}, by {due_by}"),
            format!("下一步：{action}，{owner}，期限 {due_by}"),
        ))
    });
    let account = evidence.account(customer, currency).into_iter();
    let in_hand = account.flat_map(|account| in_hand_steps(account, evidence));
    Some(Step::new(says).by("collect.tiers, collect.alerts".to_owned()).with(action).with(in_hand))
}

/// What whoever is about to dun should know: credit that the policy keeps, and bills in hand.
fn in_hand_steps(account: &Account<'_>, evidence: &Evidence<'_>) -> Vec<Step> {
    let mut steps = Vec::new();
    let (pool, currency) = (account.pool(), &account.currency);
    if pool.is_positive() {
        let credit = money_in(pool, currency);
        let says = evidence.say(
            format!("before dunning: unapplied credit of {credit} is in hand, set against nothing yet"),
            format!("催收前请注意：客户有未核销款 {credit}，尚未抵扣"),
        );
        steps.push(Step::new(says).by(evidence.rule("receivable.unapplied")));
    }
    let bills = account.held_back.iter().filter(|held| !held.dishonoured);
    let bills: Money = bills.map(|held| held.amount).sum();
    if !bills.is_zero() {
        let bills = money_in(bills, currency);
        let says = evidence.say(
            format!("before dunning: bills of {bills} are in hand, and settle at maturity"),
            format!("催收前请注意：有未到期票据 {bills}，到期才核销"),
        );
        steps.push(Step::new(says).by("receivable.bills".to_owned()));
    }
    steps
}

/// What a person should know.
pub(super) fn finding_steps<'e>(
    wanted: impl Fn(&BookFinding) -> bool + 'e,
    evidence: &'e Evidence<'_>,
) -> impl Iterator<Item = Step> + 'e {
    evidence.findings.iter().filter(move |finding| wanted(finding)).map(|finding| {
        let (code, what) = (finding.code.word().say(evidence.lang), finding.what(evidence.lang));
        let amount = finding.amount.map(|amount| format!(" {}", amount.grouped())).unwrap_or_default();
        let document =
            if finding.document.is_empty() { String::new() } else { format!(" {}", finding.document) };
        Step::new(format!("{code}{document}{amount}: {what}"))
    })
}
