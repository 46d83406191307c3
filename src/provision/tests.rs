use super::*;
use crate::calendar::{AsOf, plus_days};
use crate::ids::Id;
use crate::lang::Lang;
use crate::policy::{Account, Accounts, CoverageBase, CoveragePolicy};
use crate::report::{Cell, Column};
use crate::terms::TrancheKind;
use coverage::Verdict;
use journal::{Journal, JournalFault};

fn rate(text: &str) -> Rate {
    Rate::parse_percent(text).unwrap()
}

fn yuan(yuan: i128) -> Money {
    Money::from_cents(yuan * 100)
}

fn as_of() -> AsOf {
    "2026-03-31".parse().unwrap()
}

fn buckets() -> Buckets {
    Buckets::new(vec![30, 90, 180]).unwrap()
}

/// The rates, uplifts and accounts of the spec.
fn policy() -> ProvisionPolicy {
    let account = |code: &str, name: &str| Account { code: code.to_owned(), name: name.to_owned() };
    ProvisionPolicy {
        standard: Standard::Cas,
        rates: ["0%", "2%", "15%", "50%", "100%"].map(rate).into(),
        gaps: vec![0, 3],
        uplift: [("construction".to_owned(), rate("20%")), ("外贸".to_owned(), rate("20%"))].into(),
        coverage: CoveragePolicy { base: CoverageBase::Impaired, min: rate("120%"), max: rate("150%") },
        accounts: Accounts {
            allowance: account("1231", "坏账准备"),
            impairment_loss: account("6702", "信用减值损失"),
        },
    }
}

fn customer(id: &str) -> Customer {
    Customer { id: id.to_owned(), ..Customer::default() }
}

fn builder(id: &str) -> Customer {
    Customer { industry: Some("Construction".to_owned()), ..customer(id) }
}

fn group(id: &str, currency: &str) -> Group {
    Group { key: id.into(), currency: currency.into() }
}

fn open(customer: Customer, invoice: &str, overdue_days: i64, balance: Money) -> OpenItem {
    let due_date = plus_days(as_of().0, -overdue_days);
    OpenItem {
        group: group(&customer.id, "CNY"),
        customer: Arc::new(customer),
        invoice: Id::from_index(0),
        invoice_no: invoice.into(),
        tranche: 1,
        kind: TrancheKind::Price,
        invoice_date: due_date,
        terms: "net 30".into(),
        due_date,
        amount: balance,
        settled: Money::ZERO,
        balance,
        overdue_days,
        bucket: 0,
        disputed: Money::ZERO,
        part_of: None,
        extended_to: None,
        provision_bucket: Buckets::new(vec![30, 90, 180]).unwrap().bucket_of(overdue_days),
    }
}

fn opening(id: &str, opening: i128, written_off: i128, recovered: i128) -> Opening {
    Opening {
        group: group(id, "CNY"),
        customer: Arc::new(customer(id)),
        opening: yuan(opening),
        written_off: yuan(written_off),
        recovered: yuan(recovered),
    }
}

fn provide_with<'a>(items: &'a [OpenItem], openings: &[Opening], policy: &ProvisionPolicy) -> Provision<'a> {
    provide(items, openings, policy, &buckets()).unwrap()
}

fn required(customer: Customer, days: i64, balance: Money) -> String {
    let items = [open(customer, "INV-1", days, balance)];
    provide_with(&items, &[], &policy()).totals[0].movement.required.to_string()
}

fn keys<R>(columns: &[Column<R>]) -> String {
    columns.iter().map(|column| column.heading.key.as_ref()).collect::<Vec<_>>().join(",")
}

#[test]
fn each_bucket_has_its_rate_and_the_limits_belong_to_the_earlier_one() {
    let expected = [
        (0, "0.00"),
        (1, "20.00"),
        (30, "20.00"),
        (31, "150.00"),
        (90, "150.00"),
        (91, "500.00"),
        (180, "500.00"),
        (181, "1000.00"),
    ];
    for (days, expected) in expected {
        assert_eq!(required(customer("C1"), days, yuan(1000)), expected, "{days} days");
    }
}

#[test]
fn an_industrys_uplift_raises_the_rate_relatively_up_to_the_whole() {
    let expected = [(0, "0.00"), (5, "24.00"), (45, "180.00"), (100, "600.00"), (181, "1000.00")];
    for (days, expected) in expected {
        assert_eq!(required(builder("C1"), days, yuan(1000)), expected, "{days} days");
    }
}

#[test]
fn a_specific_rate_takes_the_place_of_bucket_and_uplift_due_or_not() {
    let specific = || Customer { specific_rate: Some(rate("35%")), ..builder("C1") };
    for days in [-400, 0, 45, 181] {
        assert_eq!(required(specific(), days, yuan(1000)), "350.00", "{days} days");
    }
}

#[test]
fn each_tranche_is_rounded_and_sums_are_of_rounded_rows() {
    // 2% of 0.25 is 0.005, up to 0.01; twice that is 0.02, where 2% of 0.50 together would be 0.01.
    let items = [
        open(customer("C1"), "INV-1", 5, Money::from_cents(25)),
        open(customer("C1"), "INV-2", 5, Money::from_cents(25)),
    ];
    let provision = provide_with(&items, &[], &policy());
    assert_eq!(provision.rows[0].movement.required.to_string(), "0.02");
}

#[test]
fn the_rate_basis_is_said_in_words() {
    assert_eq!(RateBasis::Matrix.say(Lang::En), "matrix");
    assert_eq!(RateBasis::Uplifted(rate("20%")).say(Lang::En), "matrix+uplift 20%");
    assert_eq!(RateBasis::Specific(rate("35%")).say(Lang::En), "specific 35%");
    assert_eq!(RateBasis::Specific(rate("0.5%")).say(Lang::Zh), "单项计提0.5%");
    let foreign_trade = Customer { industry: Some(" 外贸".to_owned()), ..customer("C1") };
    assert_eq!(rate::basis_of(&foreign_trade, &policy()), RateBasis::Uplifted(rate("20%")));
    assert_eq!(rate::basis_of(&customer("C1"), &policy()), RateBasis::Matrix);
}

#[test]
fn the_charge_brings_the_allowance_to_what_is_required() {
    let items = [open(customer("C1"), "INV-1", 181, yuan(6))];
    let provision = provide_with(&items, &[opening("C1", 5, 3, 2)], &policy());
    let movement = provision.rows[0].movement;
    assert_eq!((movement.charge, movement.closing), (yuan(2), yuan(6)));
    assert_eq!(provision.totals[0].movement, movement);
}

#[test]
fn an_opening_with_nothing_open_is_released() {
    let provision = provide_with(&[], &[opening("C2", 100, 40, 0)], &policy());
    let row = &provision.rows[0];
    assert_eq!((row.movement.required, row.movement.charge), (Money::ZERO, yuan(-60)));
    assert_eq!((row.balance(), row.basis), (Money::ZERO, Some(RateBasis::Matrix)));
}

#[test]
fn allowances_of_one_customer_are_added_up() {
    let provision = provide_with(&[], &[opening("C2", 100, 0, 0), opening("C2", 20, 5, 1)], &policy());
    assert_eq!(provision.rows.len(), 1);
    assert_eq!(provision.rows[0].movement.charge, yuan(-116));
}

#[test]
fn balances_in_the_last_bucket_are_proposed_for_write_off() {
    let items = [
        open(customer("C2"), "INV-3", 400, yuan(10)),
        open(customer("C1"), "INV-2", 181, yuan(20)),
        open(customer("C1"), "INV-1", 180, yuan(40)),
    ];
    let provision = provide_with(&items, &[], &policy());
    let proposed: Vec<&str> = provision.writeoffs().iter().map(|row| &*row.item.invoice_no).collect();
    assert_eq!(proposed, ["INV-2", "INV-3"]);
}

#[test]
fn currencies_stay_apart() {
    let mut dollars = open(customer("C1"), "INV-2", 181, yuan(70));
    dollars.group.currency = "USD".into();
    let items = [open(customer("C1"), "INV-1", 181, yuan(100)), dollars];
    let provision = provide_with(&items, &[opening("C1", 30, 0, 0)], &policy());
    let charges: Vec<String> =
        provision.totals.iter().map(|t| format!("{} {}", t.movement.charge, t.group.currency)).collect();
    assert_eq!(charges, ["70.00 CNY", "70.00 USD"]);
    assert_eq!(provision.rows.len(), 2);
    assert_eq!(provision.coverage.len(), 2);
}

#[test]
fn a_gap_is_shown_at_the_rates_beside_it() {
    let items = [
        open(customer("C1"), "INV-1", 100, yuan(1000)),
        open(builder("C2"), "INV-2", 100, yuan(1000)),
        open(Customer { specific_rate: Some(rate("35%")), ..customer("C3") }, "INV-3", 100, yuan(1000)),
        open(customer("C4"), "INV-4", 10, yuan(1000)),
    ];
    let provision = provide_with(&items, &[], &policy());
    // 500 + 600 + 350 + 20; at 15%: 150 + 180 + 350 + 20; at 100%: 1000 + 1000 + 350 + 20.
    assert_eq!(provision.totals[0].movement.required, yuan(1470));
    let tried: Vec<String> = provision
        .sensitivity
        .iter()
        .map(|s| format!("{} {} {} {}", s.bucket, s.rate.percent(), s.required, s.difference))
        .collect();
    let expected = ["not_due 2% 1470.00 0.00", "91-180 15% 700.00 -770.00", "91-180 100% 2370.00 900.00"];
    assert_eq!(tried, expected);
}

#[test]
fn a_bucket_without_a_rate_is_an_error() {
    let short = ProvisionPolicy { rates: ["0%", "2%", "15%", "50%"].map(rate).into(), ..policy() };
    let items = [open(customer("C1"), "INV-1", 400, yuan(1))];
    let fault = provide(&items, &[], &short, &buckets()).unwrap_err();
    assert_eq!(fault.to_string(), "no rate for the bucket '181+' in [provision.rates]");
}

fn coverage_of(items: &[OpenItem], openings: &[Opening], base: CoverageBase) -> Coverage {
    let coverage = CoveragePolicy { base, ..policy().coverage };
    provide_with(items, openings, &ProvisionPolicy { coverage, ..policy() }).coverage[0].clone()
}

#[test]
fn coverage_outside_its_range_names_what_is_missing_or_free() {
    let impaired = open(customer("C1"), "INV-1", 200, yuan(1000));
    let lesser = |balance| open(customer("C2"), "INV-2", 100, yuan(balance));
    let of = |items: &[OpenItem]| coverage_of(items, &[], CoverageBase::Impaired);
    let below = of(std::slice::from_ref(&impaired));
    assert_eq!((below.ratio, below.verdict), (Some(Rate::ONE), Verdict::Below(yuan(200))));
    assert!(below.is_finding());
    assert_eq!(
        below.say(Lang::En),
        "coverage 100%: allowance 1,000.00 over impaired 1,000.00 CNY; 200.00 below 120%"
    );
    assert_eq!(of(&[impaired.clone(), lesser(400)]).verdict, Verdict::Within, "120% is inside");
    assert_eq!(of(&[impaired.clone(), lesser(1000)]).verdict, Verdict::Within, "150% is inside");
    assert_eq!(of(&[impaired, lesser(1200)]).verdict, Verdict::Above(yuan(100)));
}

#[test]
fn coverage_over_nothing_is_not_applicable() {
    let items = [open(customer("C1"), "INV-1", 100, yuan(1000))];
    let coverage = coverage_of(&items, &[], CoverageBase::Impaired);
    assert_eq!((coverage.ratio, coverage.verdict), (None, Verdict::NotApplicable));
    assert!(!coverage.is_finding());
    assert_eq!(coverage.say(Lang::En), "coverage n/a: allowance 500.00 over impaired 0.00 CNY");
}

#[test]
fn coverage_goes_by_the_base_that_the_policy_names() {
    let items = [open(customer("C1"), "INV-1", 200, yuan(500)), open(customer("C1"), "INV-2", 20, yuan(500))];
    let openings = [opening("C1", 800, 300, 0)];
    let base = |base| coverage_of(&items, &openings, base).base_amount;
    assert_eq!(base(CoverageBase::Impaired), yuan(500));
    assert_eq!(base(CoverageBase::Overdue), yuan(1000));
    assert_eq!(base(CoverageBase::WrittenOff), yuan(300));
}

/// C1 is charged 100, C2 released 60, C3 stays as it was.
fn three_movements(policy: &ProvisionPolicy) -> Journal {
    let items = [open(customer("C1"), "INV-1", 181, yuan(100)), open(customer("C3"), "INV-3", 181, yuan(7))];
    let openings = [opening("C2", 60, 0, 0), opening("C3", 7, 0, 0)];
    Journal::of(&provide_with(&items, &openings, policy), &policy.accounts, as_of(), "customer").unwrap()
}

#[test]
fn a_charge_debits_the_loss_a_release_the_allowance_and_nothing_books_nothing() {
    let journal = three_movements(&policy());
    let said: Vec<String> = journal
        .lines()
        .iter()
        .map(|l| format!("{} {} {:?} {} {}", l.date, l.customer_id, l.side, l.account.code, l.amount))
        .collect();
    let expected = [
        "2026-03-31 C1 Debit 6702 100.00",
        "2026-03-31 C1 Credit 1231 100.00",
        "2026-03-31 C2 Debit 1231 60.00",
        "2026-03-31 C2 Credit 6702 60.00",
    ];
    assert_eq!(said, expected);
    assert_eq!(journal.lines()[0].summary(Lang::En), "bad-debt provision, CNY");
    assert_eq!(journal.lines()[2].summary(Lang::Zh), "转回坏账准备（CNY）");
}

#[test]
fn the_small_business_standard_books_nothing() {
    let small = ProvisionPolicy { standard: Standard::Small, ..policy() };
    let journal = three_movements(&small);
    assert!(journal.lines().is_empty());
    assert_eq!(journal.hledger(Lang::En), "; 2026-03-31 bad-debt provision\n\n");
}

#[test]
fn the_journal_is_written_for_hledger() {
    let expected = "\
; 2026-03-31 bad-debt provision

account Assets:1231-坏账准备
account Expenses:6702-信用减值损失
commodity 1000.00 CNY

2026-03-31 * bad-debt provision C1  ; customer: C1
    Expenses:6702-信用减值损失  100.00 CNY
    Assets:1231-坏账准备  -100.00 CNY

2026-03-31 * reversal of bad-debt provision C2  ; customer: C2
    Assets:1231-坏账准备  60.00 CNY
    Expenses:6702-信用减值损失  -60.00 CNY
";
    assert_eq!(three_movements(&policy()).hledger(Lang::En), expected);
}

#[test]
fn the_journal_is_written_for_beancount() {
    let expected = "\
; 2026-03-31 计提坏账准备

2026-03-31 open Assets:1231-坏账准备
2026-03-31 open Expenses:6702-信用减值损失

2026-03-31 * \"计提坏账准备\"
  customer: \"C1\"
    Expenses:6702-信用减值损失  100.00 CNY
    Assets:1231-坏账准备  -100.00 CNY

2026-03-31 * \"转回坏账准备\"
  customer: \"C2\"
    Assets:1231-坏账准备  60.00 CNY
    Expenses:6702-信用减值损失  -60.00 CNY
";
    assert_eq!(three_movements(&policy()).beancount(Lang::Zh).unwrap(), expected);
}

#[test]
fn names_that_a_ledger_would_misread_are_made_harmless() {
    let mut policy = policy();
    policy.accounts.allowance =
        Account { code: "1231.01".to_owned(), name: "坏账 准备（应收）".to_owned() };
    policy.accounts.impairment_loss = Account { code: String::new(), name: "credit loss".to_owned() };
    let items = [open(customer("C\"1;x\n"), "INV-1", 181, yuan(100))];
    let provision = provide_with(&items, &[], &policy);
    let journal = Journal::of(&provision, &policy.accounts, as_of(), "customer").unwrap();
    let hledger = journal.hledger(Lang::En);
    assert!(hledger.contains("account Assets:1231-01-坏账-准备-应收\n"), "{hledger}");
    assert!(hledger.contains("account Expenses:ImpairmentLoss-credit-loss\n"), "{hledger}");
    assert!(hledger.contains("* bad-debt provision C\"1 x   ; customer: C\"1 x \n"), "{hledger}");
    let beancount = journal.beancount(Lang::En).unwrap();
    assert!(beancount.contains("customer: \"C\\\"1;x \"\n"), "{beancount}");
}

#[test]
fn a_currency_that_beancount_does_not_take_is_refused() {
    let mut item = open(customer("C1"), "INV-1", 181, yuan(100));
    item.group.currency = "人民币".into();
    let items = [item];
    let provision = provide_with(&items, &[], &policy());
    let journal = Journal::of(&provision, &policy().accounts, as_of(), "customer").unwrap();
    assert_eq!(journal.beancount(Lang::En), Err(JournalFault::Currency { currency: "人民币".to_owned() }));
    assert!(journal.hledger(Lang::En).contains("commodity 1000.00 人民币\n"));
}

#[test]
fn figures_that_do_not_add_up_are_refused() {
    let items = [open(customer("C1"), "INV-1", 45, yuan(1000))];
    let good = provide_with(&items, &[opening("C1", 5, 0, 0)], &policy());
    assert_eq!(checks::check(&good), Ok(()));
    let mut bad = good.clone();
    bad.items[0].provision = yuan(151);
    assert_eq!(
        checks::check(&bad).unwrap_err().to_string(),
        "C1 CNY: its items come to 151.00, its row says 150.00"
    );
    let mut bad = good.clone();
    bad.rows[0].movement.charge = yuan(1);
    assert_eq!(
        checks::check(&bad).unwrap_err().to_string(),
        "C1 CNY: the movement leads to 6.00, the allowance closes at 150.00"
    );
    let mut bad = good.clone();
    bad.totals[0].movement.closing = yuan(1);
    assert!(matches!(checks::check(&bad), Err(ProvisionFault::TotalIsNotItsRows { .. })));
    let mut bad = good;
    bad.rows.clear();
    assert!(matches!(checks::check(&bad), Err(ProvisionFault::RowIsNotItsItems { .. })));
}

#[test]
fn a_journal_that_does_not_balance_is_refused() {
    let mut lines = three_movements(&policy()).lines();
    assert_eq!(checks::check_journal(&lines), Ok(()));
    lines[0].amount = yuan(99);
    assert_eq!(
        checks::check_journal(&lines).unwrap_err().to_string(),
        "CNY: the journal debits 159.00 and credits 160.00"
    );
}

#[test]
fn the_columns_are_those_of_the_reports() {
    assert_eq!(
        keys(&row_columns(&buckets(), None, Lang::En)),
        "customer_id,customer_name,currency,not_due,1-30,31-90,91-180,181+,rate_basis,required,opening,\
         written_off,recovered,charge,closing"
    );
    assert_eq!(
        keys(&item_columns(None, Lang::En)),
        "customer_id,invoice_no,tranche,due_date,balance,overdue_days,bucket,base_rate,uplift,rate,rate_basis,\
         provision,extended_to,currency"
    );
    assert_eq!(
        keys(&writeoff_columns(None)),
        "customer_id,customer_name,invoice_no,tranche,due_date,overdue_days,balance,provision,currency"
    );
    assert_eq!(
        keys(&journal_columns(None, Lang::En)),
        "date,account,account_name,customer_id,debit,credit,summary,currency"
    );
}

#[test]
fn a_specific_rate_leaves_base_rate_and_uplift_empty() {
    let specific = Customer { specific_rate: Some(rate("35%")), ..builder("C1") };
    let items = [open(specific, "INV-1", 45, yuan(1000)), open(builder("C2"), "INV-2", 45, yuan(1000))];
    let provision = provide_with(&items, &[], &policy());
    let columns = item_columns(None, Lang::En);
    let cells = |row: usize| -> Vec<Cell<'_>> {
        columns[7..12].iter().map(|column| column.cell(&provision.items[row])).collect()
    };
    assert_eq!(
        cells(0),
        [
            Cell::Empty,
            Cell::Empty,
            Cell::Rate(rate("35%")),
            Cell::text("specific 35%"),
            Cell::Money(yuan(350))
        ]
    );
    assert_eq!(
        cells(1),
        [
            Cell::Rate(rate("15%")),
            Cell::Rate(rate("20%")),
            Cell::Rate(rate("18%")),
            Cell::text("matrix+uplift 20%"),
            Cell::Money(yuan(180))
        ]
    );
}

#[test]
fn a_group_of_customers_with_different_bases_is_mixed() {
    let in_north = |item: OpenItem| OpenItem { group: group("north", "CNY"), ..item };
    let items = [
        in_north(open(builder("C2"), "INV-2", 45, yuan(1000))),
        in_north(open(customer("C1"), "INV-1", 45, yuan(1000))),
    ];
    let provision = provide_with(&items, &[], &policy());
    assert_eq!((provision.rows.len(), provision.rows[0].basis), (1, None));
    assert_eq!(provision.rows[0].movement.required, yuan(330));
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    fn any_item() -> impl Strategy<Value = OpenItem> {
        (0u8..4, 0u32..50, -40i64..400, 1i128..100_000_000).prop_map(|(who, invoice, days, cents)| {
            let customer = match who {
                0 => customer("C0"),
                1 => builder("C1"),
                2 => Customer { specific_rate: Some(rate("35%")), ..customer("C2") },
                _ => customer("C3"),
            };
            open(customer, &format!("INV-{invoice}"), days, Money::from_cents(cents))
        })
    }

    proptest! {
        #[test]
        fn every_provision_adds_up_and_every_journal_balances(
            items in prop::collection::vec(any_item(), 0..30),
            allowance in 0i128..10_000,
        ) {
            let provision = provide(&items, &[opening("C1", allowance, 1, 2)], &policy(), &buckets()).unwrap();
            let journal = Journal::of(&provision, &policy().accounts, as_of(), "customer").unwrap();
            let charged: Money = provision.totals.iter().map(|total| total.movement.charge).sum();
            let booked: i128 = journal.lines().iter().filter(|line| line.account.code == "6702")
                .map(|line| line.on(journal::Side::Debit).unwrap_or_default().cents()
                    - line.on(journal::Side::Credit).unwrap_or_default().cents()).sum();
            prop_assert_eq!(charged.cents(), booked);
        }

        #[test]
        fn a_provision_never_falls_as_a_debt_ages(cents in 1i128..100_000_000, days in -40i64..400) {
            let at = |days| {
                let items = [open(builder("C1"), "INV-1", days, Money::from_cents(cents))];
                provide_with(&items, &[], &policy()).totals[0].movement.required
            };
            prop_assert!(at(days) <= at(days + 1));
        }

        #[test]
        fn the_order_of_the_items_changes_nothing(mut items in prop::collection::vec(any_item(), 0..20)) {
            let rows = provide_with(&items, &[], &policy()).rows;
            items.reverse();
            prop_assert_eq!(rows, provide_with(&items, &[], &policy()).rows);
        }
    }
}
