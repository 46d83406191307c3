//! `recv age`.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use super::converted::{in_company_currency, print_converted, report_converted};
use super::findings::print_findings;
use super::ledger::{Beside, Opened, Recovered, UnbilledSums, Unsettled};
use super::load::prints_table;
use super::publish::{self, Publisher, Target};
use super::selection::{are_several, bucket_numbers, file_lang, pick};
use super::{Exit, Failure};
use crate::aging::{self, AgedSums, Ager, Aging, AgingRow};
use crate::cli::AgeArgs;
use crate::exchange::Total;
use crate::lang::Lang;
use crate::money::{Money, Rate};
use crate::parallel;
use crate::policy::{AgingPolicy, ReceivablePolicy, Unapplied};
use crate::receivable::collected;
use crate::receivable::finding;
use crate::receivable::grouping::GroupBy;
use crate::receivable::settlement::{self, Settlement};
use crate::receivable::{Ledger, MoneyProof};
use crate::report::page::{Keep, Page};
use crate::report::{Cell, Column, headings};
use crate::rows::Rows;
use crate::terminal::Screen;
use crate::terms::MonthlyBasis;

/// What a row of aging-items.csv takes, about.
const USUAL_ROW: usize = 128;

/// Runs `recv age`.
pub fn run(args: &AgeArgs, lang: Lang) -> Result<Exit, Failure> {
    let by = args.selection.by;
    let voice = &args.output.voice;
    let asked = [
        (args.settlements, Beside::Settlements),
        (args.unbilled, Beside::Unbilled),
        (args.bills, Beside::Bills),
    ];
    let beside: Vec<Beside> = asked.into_iter().filter(|(asked, _)| *asked).map(|(_, what)| what).collect();
    let unsettled = Unsettled::read(&args.inputs, &args.selection, voice, &beside, lang)?;
    let policy = unsettled.session.policy.aging.clone();
    // The columns of a report are there to its end, and the report to that of the run.
    let ager: &Ager = Box::leak(Box::new(Ager::new(&policy, unsettled.session.as_of, by)));
    let only = bucket_numbers(&args.selection.only, &policy)?;
    let is_wanted = |bucket: usize| only.is_empty() || only.contains(&bucket);

    let mut out = Publisher::open(&unsettled.session, &args.output, "age")?;
    let mut by_group = out.sheet("aging", aging::columns(&policy, by, args.unbilled))?;
    let mut by_item = out.sheet("aging-items", aging::item_columns(ager))?;
    let item_pen = by_item.pen();
    let mut sums = AgedSums::default();
    let Opened { session, books, ledger, taken, findings, settlements, unbilled, rates, recovered, .. } =
        unsettled.open_handing_on(
            |items| {
                let mut sums = AgedSums::default();
                let mut text = Rows::with_capacity(USUAL_ROW * items.len());
                ager.add(items, &mut sums);
                let mut wanted = items.iter().filter(|item| is_wanted(ager.bucket_of(item)));
                wanted.try_for_each(|item| item_pen.push(&mut text, item)).map(|()| (sums, text))
            },
            |written| {
                let (of_items, text) = written?;
                sums.add_all(of_items);
                by_item.append(&text)
            },
        )?;
    let nothing = BTreeMap::new();
    let amounts = unbilled.as_ref().map_or(&nothing, |unbilled| &unbilled.amounts);
    // Nobody needs the books any more.
    let ((), aging) = parallel::both(|| drop(books), || ager.report(sums, &ledger, amounts));
    let aging = aging?;
    let has_wanted = |row: &&AgingRow| only.is_empty() || only.iter().any(|&at| !row.buckets[at].is_zero());
    let rows: Vec<&AgingRow> = aging.rows.iter().filter(has_wanted).collect();
    by_group.write(&rows)?;

    let totals = aging.totals.iter().flat_map(|total| {
        let of = |what, amount| (Arc::clone(&total.group.currency), what, amount);
        let refunded = Some(total.over_refunded).filter(|refunded| !refunded.is_zero());
        let always = [
            of(Total::Balance, total.balance),
            of(Total::Overdue, total.overdue),
            of(Total::UnappliedCredit, total.credit_in_hand()),
        ];
        always.into_iter().chain(refunded.map(|refunded| of(Total::OverRefunded, refunded)))
    });
    let converted = in_company_currency(rates.as_ref(), totals, &session)?;

    out.close(by_group)?;
    out.close(by_item)?;
    if args.settlements {
        out.report("settlements", settlement::columns(), &settlements)?;
    }
    if let Some(Recovered { collected, recovery }) = &recovered {
        out.report("bills", collected::bill_columns(), collected.bills())?;
        out.report("received-by-method", collected::method_columns(), collected.by_method())?;
        out.report("recovery", collected::recovery_columns(), recovery)?;
    }
    report_converted(&mut out, converted.as_ref())?;
    out.report("findings", finding::columns(file_lang(voice.lang)), &findings)?;
    out.finish(&session, &taken)?;
    if prints_table(&args.output) {
        let mut page = session.page(
            lang.pick("Receivables by age", "应收账款账龄"),
            Screen::of(voice.color, false),
            args.selection.all,
            &taken,
        );
        page.fact("Buckets by", "账龄段依据", aging::basis_word(policy.basis).say(lang));
        if let Some(basis) = monthly_basis(&aging, &session.policy.receivable) {
            page.fact("月结N天", "月结N天", basis.word().say(lang));
        }
        print_buckets(&mut page, &aging, &policy, unbilled.as_ref(), lang);
        print_converted(&mut page, converted.as_ref(), lang);
        print_findings(&mut page, &findings, lang);
        print_customers(&mut page, &aging, &rows, (&policy, by, args.unbilled), lang);
        if args.settlements {
            print_settlements(&mut page, &settlements, lang);
        }
        if let Some(recovered) = &recovered {
            print_bills(&mut page, recovered, lang);
        }
        print_proof(&mut page, &ledger, lang);
        if session.policy.receivable.unapplied == Unapplied::Statutory && !ledger.burdens_stated {
            page.line(lang.pick(
                "Statutory order: secured and interest_rate stand nowhere, so these two steps decided nothing",
                "法定抵充：未提供担保与利率（secured、interest_rate），这两步未起作用",
            ));
        }
        publish::text(Target::STDOUT, &page.finish())?;
    }
    let overdue = aging.totals.iter().any(|total| total.overdue.is_positive());
    let found = args.selection.check && (overdue || !findings.is_empty());
    let found = found || !taken.rejected.is_empty();
    // The run is over: the system takes all of this back at once, sooner than it is given back piece by piece.
    mem::forget((session, ledger, aging));
    Ok(if found { Exit::Found } else { Exit::Done })
}

/// What 月结N天 means, where any open item has such terms.
fn monthly_basis(aging: &Aging, policy: &ReceivablePolicy) -> Option<MonthlyBasis> {
    aging.has_monthly_terms.then_some(policy.monthly_basis)
}

/// A bucket's total in one currency.
struct BucketTotal {
    currency: String,
    name: String,
    amount: Money,
    share: Option<Rate>,
}

fn print_buckets(
    page: &mut Page,
    aging: &Aging,
    policy: &AgingPolicy,
    unbilled: Option<&UnbilledSums>,
    lang: Lang,
) {
    page.section(lang.pick("Summary", "汇总"));
    let names = policy.buckets.names();
    for (at, total) in aging.totals.iter().enumerate() {
        if at > 0 {
            page.gap();
        }
        let rows: Vec<BucketTotal> = names
            .iter()
            .zip(&total.buckets)
            .map(|(name, &amount)| BucketTotal {
                currency: total.group.currency.to_string(),
                name: headings::bucket(name).say(lang).to_owned(),
                amount,
                share: amount.ratio_rounded(total.balance, 4),
            })
            .collect();
        let sum = BucketTotal {
            currency: total.group.currency.to_string(),
            name: lang.pick("total", "合计").to_owned(),
            amount: total.balance,
            share: None,
        };
        let columns: Vec<Column<BucketTotal>> = vec![
            Column::new(headings::CURRENCY, |row| Cell::text(&row.currency)),
            Column::new(headings::BUCKET, |row| Cell::text(&row.name)),
            Column::new(headings::BALANCE, |row| Cell::Money(row.amount)),
            Column::new(headings::SHARE, |row| Cell::maybe(row.share, Cell::Rate)),
        ];
        page.table(&columns, &rows, Some(&sum));
        let (overdue, credit) = (total.overdue.grouped(), total.credit_in_hand().grouped());
        page.line(&lang.pick(
            format!("Overdue {overdue}; unapplied credit {credit}"),
            format!("逾期 {overdue}；未核销款 {credit}"),
        ));
        if !total.over_refunded.is_zero() {
            let refunded = total.over_refunded.grouped();
            page.line(&lang.pick(
                format!("Over-refunded {refunded}: owed by customers, netted with no other's credit"),
                format!("超退金额 {refunded}（应向该客户收回，不与其他客户的未核销款相抵）"),
            ));
        }
        let retained = total.retention.grouped();
        if !total.retention.is_zero() {
            page.line(
                &lang.pick(
                    format!("Retention not yet released {retained}"),
                    format!("未到期质保金 {retained}"),
                ),
            );
        }
        if !total.disputed.is_zero() {
            let disputed = total.disputed.grouped();
            page.line(&lang.pick(
                format!("Disputed {disputed}, in the balance and its buckets"),
                format!("争议金额 {disputed}（仍计入余额与账龄）"),
            ));
        }
        if !total.extended.is_zero() {
            let extended = total.extended.grouped();
            page.line(&lang.pick(
                format!("Overdue and extended {extended}: aged by its own due date, not dunned"),
                format!("逾期中已展期 {extended}（账龄仍按原到期日，暂不催收）"),
            ));
        }
        if unbilled.is_some() {
            let unbilled = total.unbilled.grouped();
            page.line(&lang.pick(
                format!("Signed for and not invoiced {unbilled}, beside the balance"),
                format!("未开票应收 {unbilled}（已签收，不计入余额）"),
            ));
        }
    }
    if aging.totals.is_empty() {
        page.line(lang.pick("nothing is open", "没有未收款项"));
    }
    let rows = unbilled.map_or(0, |unbilled| unbilled.unplaced_invoice_rows);
    if rows > 0 {
        page.line(&lang.pick(
            format!("Invoice lines that bill no order line: {rows} (recv match); their goods count as not invoiced"),
            format!("未对应订单行的发票行：{rows} 个（见 recv match）；其货物按未开票计"),
        ));
    }
}

fn print_customers(
    page: &mut Page,
    aging: &Aging,
    rows: &[&AgingRow],
    (policy, by, unbilled): (&AgingPolicy, GroupBy, bool),
    lang: Lang,
) {
    let heading = by
        .heading()
        .map_or(lang.pick("Customers", "客户").to_owned(), |heading| heading.say(lang).to_owned());
    page.section(&heading);
    let key = by.heading().map_or("customer_id".to_owned(), |heading| heading.key.into_owned());
    let names = policy.buckets.names();
    let mut wide = vec![key.as_str(), "customer_name", "currency", "balance"];
    wide.extend(names.iter().map(String::as_str));
    wide.extend(["overdue", "overdue_pct", "max_overdue_days", "unapplied_credit"]);
    wide.extend(unbilled.then_some("unbilled"));
    let mut narrow = vec![key.as_str(), "customer_name"];
    // The summary names the currency; here it would take the room of the name.
    if aging.totals.len() > 1 {
        narrow.push("currency");
    }
    narrow.extend(["balance", "overdue", "max_overdue_days", "unapplied_credit"]);
    narrow.extend(unbilled.then_some("unbilled"));
    let any = |sum: fn(&AgingRow) -> Money| aging.totals.iter().any(|total| !sum(total).is_zero());
    let held_up = [("disputed", any(|total| total.disputed)), ("extended", any(|total| total.extended))];
    for (key, _) in held_up.into_iter().filter(|(_, any)| *any) {
        wide.push(key);
        narrow.push(key);
    }
    let total = (aging.totals.len() == 1).then(|| {
        let mut total = aging.totals[0].clone();
        total.group.key = lang.pick("total", "合计").into();
        total
    });
    let extended = || Column::new(headings::EXTENDED, |row: &AgingRow| Cell::Money(row.extended));
    let columns = || aging::columns(policy, by, unbilled).into_iter().chain([extended()]).collect();
    let layouts = [pick(columns(), &wide), pick(columns(), &narrow)];
    page.list(&layouts, rows.iter().copied(), total.as_ref(), &Keep::Largest(|row| row.overdue));
    if rows.len() < aging.rows.len() {
        page.line(lang.pick(
            "Rows without anything in the chosen buckets are not shown; totals cover all.",
            "所选区间无余额的行未列出；合计包含全部。",
        ));
    }
}

/// `--settlements`: what every payment and red invoice settled.
fn print_settlements(page: &mut Page, settlements: &[Settlement], lang: Lang) {
    page.section(lang.pick("Settlements", "核销明细"));
    let wide = [
        "customer_id",
        "document",
        "kind",
        "date",
        "invoice_no",
        "tranche",
        "amount",
        "rule",
        "currency",
        "suggestion",
    ];
    let mut narrow = vec!["customer_id", "document", "date", "invoice_no", "amount"];
    narrow.extend(are_several(settlements.iter().map(|row| &*row.currency)).then_some("currency"));
    narrow.push("rule");
    page.list(
        &[pick(settlement::columns(), &wide), pick(settlement::columns(), &narrow)],
        settlements,
        None,
        &Keep::Largest(|row| row.amount),
    );
}

/// `--bills`: the bills, what came in by which way of paying, and how much of what was invoiced that is.
fn print_bills(page: &mut Page, Recovered { collected, recovery }: &Recovered, lang: Lang) {
    page.section(lang.pick("Bills", "票据"));
    let mut narrow = vec!["customer_id", "document", "method", "maturity_date", "amount"];
    narrow.extend(are_several(collected.bills().iter().map(|bill| &*bill.currency)).then_some("currency"));
    narrow.push("state");
    page.list(
        &[collected::bill_columns(), pick(collected::bill_columns(), &narrow)],
        collected.bills(),
        None,
        &Keep::Largest(|row| row.amount),
    );
    page.section(lang.pick("Received, by way of paying", "按结算方式回款"));
    let narrow = ["currency", "method", "amount", "in_hand", "to_confirm", "matured", "dishonoured"];
    let layouts = [collected::method_columns(), pick(collected::method_columns(), &narrow)];
    page.table_that_fits(&layouts, collected.by_method(), None);
    page.section(lang.pick("Recovery", "回款"));
    page.table(&collected::recovery_columns(), recovery, None);
    page.line(lang.pick(
        "Of all that was invoiced, red invoices deducted: without and with bills in hand",
        "不含与含未到期票据的回款，占全部开票金额（扣除红票）的比例",
    ));
}

/// A currency, and where its money is.
type ProofRow = (Arc<str>, MoneyProof);

/// Where the money is, per currency: the identities that every run checks, in figures.
fn print_proof(page: &mut Page, ledger: &Ledger, lang: Lang) {
    page.section(lang.pick("Proof", "平衡核对"));
    let rows: Vec<ProofRow> =
        ledger.proof.iter().map(|(currency, proof)| (Arc::clone(currency), *proof)).collect();
    if rows.is_empty() {
        page.line(lang.pick("no money to account for", "没有金额需要核对"));
        return;
    }
    page.line(lang.pick("Invoices - settled = balance", "发票 - 已核销 = 余额"));
    page.table(
        &[
            Column::new(headings::CURRENCY, |row: &ProofRow| Cell::text(&row.0)),
            Column::new(headings::INVOICES, |row| Cell::Money(row.1.invoiced)),
            Column::new(headings::SETTLED, |row| Cell::Money(row.1.applied)),
            Column::new(headings::BALANCE, |row| Cell::Money(row.1.balance)),
        ],
        &rows,
        None,
    );
    page.gap().line(lang.pick(
        "Payments and red invoices = settled + unapplied + pending bills + dishonoured",
        "收款与红票 = 已核销 + 未核销 + 未到期票据 + 拒付",
    ));
    let received = || {
        vec![
            Column::new(headings::CURRENCY, |row: &ProofRow| Cell::text(&row.0)),
            Column::new(headings::RECEIVED, |row| Cell::Money(row.1.received)),
            Column::new(headings::SETTLED, |row| Cell::Money(row.1.applied)),
            Column::new(headings::UNAPPLIED_CREDIT, |row| Cell::Money(row.1.unapplied)),
            Column::new(headings::PENDING, |row| Cell::Money(row.1.pending)),
            Column::new(headings::DISHONOURED, |row| Cell::Money(row.1.dishonoured)),
        ]
    };
    let mut layouts = vec![received()];
    if rows.len() == 1 {
        layouts.push(received().into_iter().skip(1).collect());
    }
    page.table_that_fits(&layouts, &rows, None);
}
