//! Where the money of a payment or a red invoice went.

use super::account::{finding_steps, held_step};
use super::{Evidence, Step, money_in};
use crate::input::InputError;
use crate::receivable::books::CreditNo;
use crate::receivable::settle::{Account, Rule};

/// The explanation of a payment.
pub(super) fn explain(number: &str, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let rows = evidence.payment_rows(number)?;
    let first = rows.first();
    let (date, amount) =
        first.map(|row| (row.date.clone(), row.amount.unwrap_or_default().grouped())).unwrap_or_default();
    let says = evidence
        .say(format!("payment {number}, {date}: {amount}"), format!("收款 {number}，{date}：{amount}"));
    let accounts = evidence.accounts.iter().filter(|account| {
        let is_asked = |document| &*evidence.books.number_of(document) == number;
        let mut credits = account.credits.iter().map(|credit| credit.number);
        let mut held_back = account.held_back.iter().map(|held| CreditNo::Payment(held.number));
        credits.any(is_asked) || held_back.any(is_asked)
    });
    let mut steps: Vec<Step> = accounts.map(|account| settled_step(number, account, evidence)).collect();
    steps.extend(finding_steps(|finding| finding.document == number, evidence));
    Ok(Step::new(says).at(rows.into_iter().map(|row| row.source)).with(steps))
}

/// A payment that stands in the files and does not count.
pub(super) fn explain_idle(number: &str, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let steps = evidence.payment_rows(number)?.into_iter().map(|row| {
        let (date, amount) = (row.date, row.amount.unwrap_or_default().grouped());
        let says = evidence.say(
            format!("{date}, {amount}: dated after the as-of date, left out"),
            format!("{date}，{amount}：日期晚于截止日，剔除"),
        );
        Step::new(says).at([row.source])
    });
    let says = evidence.say(
        format!("payment {number} does not count at {}", evidence.as_of),
        format!("收款 {number} 截至 {} 不计", evidence.as_of),
    );
    Ok(Step::new(says).with(steps))
}

/// What became of the money of the account's credits of this number.
pub(super) fn settled_step(number: &str, account: &Account<'_>, evidence: &Evidence<'_>) -> Step {
    let currency = &account.currency;
    let who = &account.customer.id;
    let mut steps = Vec::new();
    let is_asked = |document| &*evidence.books.number_of(document) == number;
    let asked = account.credits.iter().enumerate().filter(|(_, credit)| is_asked(credit.number));
    for (at, _) in asked {
        for application in account.applications.iter().filter(|application| application.credit == at) {
            let claim = &account.claims[application.claim];
            let invoice = evidence.books.invoices.number(claim.invoice);
            let tranche = &claim.tranches[application.tranche];
            let (amount, rule) =
                (money_in(application.amount, currency), application.rule.reason(evidence.lang));
            let (part, due) = (tranche.number, tranche.due_date);
            let says = evidence.say(
                format!("{amount} to invoice {invoice}, tranche {part}, due {due}: {rule}"),
                format!("{amount} 核销发票 {invoice} 第{part}期（到期日 {due}）：{rule}"),
            );
            let step = Step::new(says);
            steps.push(match application.rule {
                Rule::OldestDue | Rule::Statutory(_) => step.by(evidence.rule("receivable.unapplied")),
                _ => step,
            });
        }
        let left = account.unapplied[at];
        if !left.is_zero() {
            let left = money_in(left, currency);
            steps.push(
                Step::new(evidence.say(
                    format!("{left} is unapplied: nothing open was left for it, or the policy keeps it"),
                    format!("{left} 未核销：无未收款项可核销，或政策规定保留"),
                ))
                .by(evidence.rule("receivable.unapplied")),
            );
        }
        if let Some(&(claim, _)) = account.suggestions.get(&at) {
            let invoice = evidence.books.invoices.number(account.claims[claim].invoice);
            steps.push(Step::new(evidence.say(
                format!("exactly its amount was open of invoice {invoice}: probably what was meant"),
                format!("发票 {invoice} 的未收金额恰与之相等：可能即为所付"),
            )));
        }
    }
    let held_back = account.held_back.iter().filter(|held| is_asked(CreditNo::Payment(held.number)));
    steps.extend(held_back.map(|held| held_step(held, evidence)));
    Step::new(evidence.say(format!("account of {who} in {currency}"), format!("{who} 的 {currency} 账户")))
        .with(steps)
}
