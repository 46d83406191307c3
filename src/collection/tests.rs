use std::collections::BTreeMap;

use super::*;
use crate::ids::Id;
use crate::policy::{Alert, Scales};
use crate::receivable::Whole;
use crate::terms::TrancheKind;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn as_of() -> AsOf {
    AsOf(day("2026-03-31"))
}

fn action(name: &str, channel: &str, days: i64) -> Action {
    let (name, name_zh) = (name.to_owned(), String::new());
    Action { name, name_zh, channel: channel.to_owned(), written: false, owner: None, days }
}

fn tier(name: &str, name_zh: &str, from: i64, to: Option<i64>, owner: &str, actions: Vec<Action>) -> Tier {
    Tier { name: name.to_owned(), name_zh: name_zh.to_owned(), from, to, owner: owner.to_owned(), actions }
}

fn alert(name: &str, from: i64) -> Alert {
    Alert { name: name.to_owned(), name_zh: String::new(), from }
}

/// The tiers and alerts of the spec.
fn default_scales() -> Scales {
    let visit = Action { owner: Some("sales head".to_owned()), ..action("visit", "visit", 7) };
    Scales {
        tiers: vec![
            tier(
                "primary",
                "初级",
                1,
                Some(30),
                "finance",
                vec![action("friendly_reminder", "email", 3), action("phone", "phone", 5)],
            ),
            tier("intermediate", "中级", 31, Some(90), "sales", vec![visit]),
            tier("advanced", "高级", 91, None, "legal", vec![action("final_notice", "letter", 5)]),
        ],
        alerts: vec![alert("notice", 1), alert("yellow", 30), alert("orange", 60), alert("red", 90)],
    }
}

fn policy() -> CollectPolicy {
    CollectPolicy {
        minimum: Money::from_cents(1),
        remind_before_days: vec![7, 3, 1],
        min_days_between_contacts: 3,
        recovery_plan_from: "red".to_owned(),
        recovery_plan_hours: 48,
        scales: default_scales(),
        industries: BTreeMap::new(),
        grades: BTreeMap::new(),
    }
}

fn customer(id: &str) -> Customer {
    Customer { id: id.to_owned(), ..Customer::default() }
}

/// An open tranche of a customer, so many days overdue, in yuan.
fn open(customer: Customer, invoice: &str, overdue_days: i64, yuan: i128) -> OpenItem {
    let due_date = plus_days(as_of().0, -overdue_days);
    let balance = Money::from_cents(yuan * 100);
    OpenItem {
        group: Group { key: customer.id.as_str().into(), currency: "CNY".into() },
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
        provision_bucket: 0,
    }
}

#[test]
fn what_is_disputed_or_extended_is_not_dunned() {
    let policy = policy();
    let old = open(customer("C1"), "INV-1", 95, 1_000);
    let young = open(customer("C1"), "INV-2", 5, 400);
    let disputed = disputing(1_000, old.clone());
    let row = only_row(&[disputed.clone(), young.clone()], &policy);
    assert_eq!(row.standing.tier().map(|tier| tier.name.as_str()), Some("primary"));
    assert_eq!((row.overdue, row.max_overdue_days), (Money::from_cents(140_000), 95));
    assert_eq!(row.disputed, Some(Money::from_cents(100_000)));
    assert!(row.reason.say(Lang::En).contains("INV-1 is older but disputed in full"));
    let extended = OpenItem { extended_to: Some(plus_days(as_of().0, 20)), ..old.clone() };
    let row = only_row(&[extended], &policy);
    assert_eq!((row.standing.tier(), row.next_action), (None, None));
    let past = OpenItem { extended_to: Some(plus_days(as_of().0, -31)), ..old };
    let row = only_row(&[past], &policy);
    assert_eq!(row.standing.tier().map(|tier| tier.name.as_str()), Some("intermediate"));
}

fn only_row(items: &[OpenItem], policy: &CollectPolicy) -> WorklistRow {
    let rows = worklist(items, policy, as_of());
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap()
}

fn tier_and_alert(days: i64) -> (String, String) {
    let row = only_row(&[open(customer("C1"), "INV-1", days, 100)], &policy());
    let tier = row.standing.tier().map_or(String::new(), |tier| tier.name.clone());
    (tier, row.standing.alert().name.clone())
}

#[test]
fn tiers_and_alerts_are_two_scales() {
    let expected = [
        (1, "primary", "notice"),
        (29, "primary", "notice"),
        (30, "primary", "yellow"),
        (31, "intermediate", "yellow"),
        (59, "intermediate", "yellow"),
        (60, "intermediate", "orange"),
        (89, "intermediate", "orange"),
        (90, "intermediate", "red"),
        (91, "advanced", "red"),
        (5000, "advanced", "red"),
    ];
    for (days, tier, alert) in expected {
        assert_eq!(tier_and_alert(days), (tier.to_owned(), alert.to_owned()), "{days} days");
    }
}

#[test]
fn the_oldest_tranche_decides_and_everything_overdue_is_summed() {
    let items = [
        open(customer("C1"), "INV-2", 10, 500),
        open(customer("C1"), "INV-1", 45, 12_000),
        open(customer("C1"), "INV-3", -20, 900),
    ];
    let row = only_row(&items, &policy());
    assert_eq!(row.overdue.to_string(), "12500.00");
    assert_eq!((row.max_overdue_days, row.oldest_invoice.as_deref()), (45, Some("INV-1")));
    assert_eq!(row.reason.say(Lang::En), "INV-1 45 days overdue, 12,000.00 CNY");
    assert_eq!(row.reason.say(Lang::Zh), "INV-1逾期45天，12,000.00 CNY");
}

#[test]
fn the_tier_says_who_does_what_by_when() {
    let first = only_row(&[open(customer("C1"), "INV-1", 5, 100)], &policy());
    assert_eq!(first.owner.as_deref(), Some("finance"));
    assert_eq!(first.next_action.as_ref().map(|action| action.name.as_str()), Some("friendly_reminder"));
    assert_eq!(first.channel.as_deref(), Some("email"));
    assert_eq!(first.due_by, Some(day("2026-04-03")));
    let second = only_row(&[open(customer("C1"), "INV-1", 31, 100)], &policy());
    assert_eq!(second.owner.as_deref(), Some("sales head"), "an action's own owner goes before the tier's");
    assert_eq!(second.due_by, Some(day("2026-04-07")));
}

#[test]
fn red_needs_a_recovery_plan_within_48_hours() {
    let row = only_row(&[open(customer("C1"), "INV-1", 90, 100)], &policy());
    assert_eq!(row.due_by, Some(day("2026-04-02")), "two days, before the seven of the visit");
    assert_eq!(
        row.reason.say(Lang::En),
        "INV-1 90 days overdue, 100.00 CNY; recovery plan within 48 hours, by 2026-04-02"
    );
    assert_eq!(row.due_by, Some(day("2026-04-02")));
    let row = only_row(&[open(customer("C1"), "INV-1", 91, 100)], &policy());
    assert_eq!(row.due_by, Some(day("2026-04-01")), "red since yesterday");
    let row = only_row(&[open(customer("C1"), "INV-1", 200, 100)], &policy());
    assert_eq!(row.due_by, Some(day("2026-04-05")), "the plan is late: the final notice is next");
    assert!(row.reason.say(Lang::En).ends_with("; recovery plan was due by 2025-12-13"));
    let waited = OpenItem { extended_to: Some(day("2025-12-30")), ..open(customer("C1"), "INV-1", 200, 100) };
    assert_eq!(
        only_row(&[waited], &policy()).due_by,
        Some(day("2026-04-01")),
        "red since yesterday, 91 days after the extension"
    );
    let from_orange = CollectPolicy { recovery_plan_from: "orange".to_owned(), ..policy() };
    let row = only_row(&[open(customer("C1"), "INV-1", 60, 100)], &from_orange);
    assert_eq!(row.due_by, Some(day("2026-04-02")));
    let late = CollectPolicy { recovery_plan_hours: 24 * 30, ..policy() };
    let row = only_row(&[open(customer("C1"), "INV-1", 90, 100)], &late);
    assert_eq!(row.due_by, Some(day("2026-04-07")), "the action is due before the plan");
    assert_eq!((days_of_hours(48), days_of_hours(49), days_of_hours(1), days_of_hours(0)), (2, 3, 1, 0));
}

#[test]
fn a_tranche_below_the_minimum_raises_no_tier() {
    let policy = CollectPolicy { minimum: Money::from_cents(10_000), ..policy() };
    let items = [open(customer("C1"), "INV-1", 200, 99), open(customer("C1"), "INV-2", 20, 100)];
    let row = only_row(&items, &policy);
    assert_eq!(row.standing.tier().map(|tier| tier.name.as_str()), Some("primary"));
    assert_eq!((row.max_overdue_days, row.overdue.to_string()), (200, "199.00".to_owned()));
    assert_eq!(
        row.reason.say(Lang::En),
        "INV-2 20 days overdue, 100.00 CNY; INV-1 is older but too small to dun, 99.00 CNY"
    );
    let as_old = [open(customer("C1"), "INV-1", 20, 99), open(customer("C1"), "INV-2", 20, 100)];
    assert_eq!(only_row(&as_old, &policy).reason.say(Lang::En), "INV-2 20 days overdue, 100.00 CNY");
    let row = only_row(&items[..1], &policy);
    assert_eq!((row.standing.clone(), row.next_action), (Standing::green(), None));
    assert_eq!(row.reason.say(Lang::En), "99.00 CNY overdue, no tranche of it reaches the minimum of 100.00");
}

/// So many yuan of it disputed.
fn disputing(yuan: i128, item: OpenItem) -> OpenItem {
    let disputed = Money::from_cents(yuan * 100);
    OpenItem { disputed, ..item }
}

#[test]
fn a_partly_disputed_tranche_is_dunned_for_the_rest() {
    let policy = CollectPolicy { minimum: Money::from_cents(10_000), ..policy() };
    let row = only_row(&[disputing(300, open(customer("C1"), "INV-1", 45, 800))], &policy);
    assert_eq!((row.overdue.to_string(), row.dunned.to_string()), ("800.00".to_owned(), "500.00".to_owned()));
    assert_eq!(row.reason.say(Lang::En), "INV-1 45 days overdue, 500.00 of 800.00 CNY, 300.00 disputed");
    let row = only_row(&[disputing(750, open(customer("C1"), "INV-1", 45, 800))], &policy);
    assert_eq!((row.standing, row.dunned), (Standing::green(), Money::ZERO));
    assert_eq!(
        row.reason.say(Lang::En),
        "800.00 CNY overdue, 750.00 of it disputed, no tranche of it reaches the minimum of 100.00"
    );
}

#[test]
fn the_minimum_is_of_the_whole_tranche_not_of_a_part_of_it() {
    let policy = CollectPolicy { minimum: Money::from_cents(10_000), ..policy() };
    let part = open(customer("C1"), "INV-1", 45, 60);
    let whole = Whole { balance: Money::from_cents(12_000), disputed: Money::ZERO };
    let part = OpenItem { part_of: Some(Box::new(whole)), ..part };
    assert_eq!(only_row(&[part], &policy).dunned, Money::from_cents(6_000));
}

#[test]
fn a_grade_or_industry_tightens_and_never_loosens() {
    let mut strict = default_scales();
    strict.alerts = vec![alert("notice", 1), alert("yellow", 10), alert("orange", 20), alert("red", 40)];
    let mut loose = default_scales();
    loose.tiers = vec![
        tier("primary", "", 1, Some(60), "finance", vec![]),
        tier("intermediate", "", 61, None, "sales", vec![]),
    ];
    let policy = CollectPolicy {
        grades: [("D".to_owned(), strict)].into(),
        industries: [("construction".to_owned(), loose)].into(),
        ..policy()
    };
    let builder = Customer {
        industry: Some("Construction".to_owned()),
        credit_grade: Some("d".to_owned()),
        ..customer("C1")
    };
    let row = only_row(&[open(builder, "INV-1", 45, 100)], &policy);
    assert_eq!(row.standing.alert().name, "red", "the grade's alerts are stricter");
    assert_eq!(row.standing.tier().unwrap().name, "intermediate", "the industry's tiers are looser");
    let row = only_row(&[open(customer("C2"), "INV-1", 45, 100)], &policy);
    assert_eq!(row.standing.alert().name, "yellow", "others keep the policy's own");
}

#[test]
fn of_equal_tiers_the_particular_one_says_what_to_do() {
    let mut hard = default_scales();
    hard.tiers[0].actions = vec![action("dunning_letter", "letter", 1)];
    let policy = CollectPolicy { grades: [("C".to_owned(), hard)].into(), ..policy() };
    let graded = Customer { credit_grade: Some("C".to_owned()), ..customer("C1") };
    let row = only_row(&[open(graded, "INV-1", 5, 100)], &policy);
    assert_eq!(row.next_action.unwrap().name, "dunning_letter");
}

#[test]
fn reminders_go_out_before_the_due_date() {
    let reminder = |in_days: i64| {
        let rows = worklist(&[open(customer("C1"), "INV-1", -in_days, 100)], &policy(), as_of());
        rows.first().map(|row| row.reason.say(Lang::En))
    };
    assert_eq!(reminder(8), None);
    assert_eq!(reminder(7).as_deref(), Some("INV-1 falls due in 7 days, 100.00 CNY (7-day reminder)"));
    assert_eq!(reminder(4).as_deref(), Some("INV-1 falls due in 4 days, 100.00 CNY (7-day reminder)"));
    assert_eq!(reminder(2).as_deref(), Some("INV-1 falls due in 2 days, 100.00 CNY (3-day reminder)"));
    assert_eq!(reminder(1).as_deref(), Some("INV-1 falls due in 1 day, 100.00 CNY (1-day reminder)"));
    assert_eq!(reminder(0).as_deref(), Some("INV-1 falls due today, 100.00 CNY (1-day reminder)"));
}

#[test]
fn a_reminder_has_no_tier_and_is_due_by_the_due_date() {
    let items = [open(customer("C1"), "INV-9", -2, 80), open(customer("C1"), "INV-1", -5, 100)];
    let row = only_row(&items, &policy());
    assert_eq!(row.standing, Standing::green());
    assert_eq!(row.next_action.as_ref().unwrap().name, "pre_due_reminder");
    assert_eq!((row.owner.as_deref(), row.channel.as_deref()), (Some("finance"), Some("email")));
    assert_eq!((row.due_by, row.overdue), (Some(day("2026-04-02")), Money::ZERO));
    assert_eq!((row.max_overdue_days, row.oldest_invoice), (0, None));
    assert!(row.reason.say(Lang::Zh).starts_with("INV-9将于2天后到期"));
}

#[test]
fn an_overdue_customer_gets_no_reminder_beside() {
    let items = [open(customer("C1"), "INV-1", 3, 80), open(customer("C1"), "INV-2", -1, 100)];
    assert_eq!(only_row(&items, &policy()).next_action.unwrap().name, "friendly_reminder");
}

#[test]
fn the_most_urgent_comes_first() {
    let items = [
        open(customer("C1"), "INV-1", 30, 900),
        open(customer("C2"), "INV-2", 31, 1),
        open(customer("C3"), "INV-3", 30, 1000),
        open(customer("C5"), "INV-5", -1, 5000),
        open(customer("C4"), "INV-4", 30, 900),
        open(customer("C6"), "INV-6", 100, 1),
    ];
    let rows = worklist(&items, &policy(), as_of());
    let order: Vec<&str> = rows.iter().map(|row| &*row.group.key).collect();
    assert_eq!(order, ["C6", "C2", "C3", "C1", "C4", "C5"]);
}

#[test]
fn currencies_are_rows_of_their_own() {
    let mut dollars = open(customer("C1"), "INV-2", 5, 70);
    dollars.group.currency = "USD".into();
    let rows = worklist(&[open(customer("C1"), "INV-1", 45, 100), dollars], &policy(), as_of());
    let sums: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.overdue, row.group.currency)).collect();
    assert_eq!(sums, ["100.00 CNY", "70.00 USD"]);
}

#[test]
fn a_group_of_customers_stands_where_its_worst_customer_does() {
    let in_north =
        |item: OpenItem| OpenItem { group: Group { key: "north".into(), currency: "CNY".into() }, ..item };
    let items =
        [in_north(open(customer("C1"), "INV-1", 45, 100)), in_north(open(customer("C2"), "INV-2", 95, 10))];
    let row = only_row(&items, &policy());
    assert_eq!(row.standing.tier().unwrap().name, "advanced");
    assert!(row.reason.say(Lang::En).starts_with("INV-2 95 days overdue, 10.00 CNY"));
    assert_eq!(row.overdue.to_string(), "110.00");
}

#[test]
fn the_summary_counts_customers_and_money_per_tier_and_alert() {
    let items = [
        open(customer("C1"), "INV-1", 5, 10),
        open(customer("C2"), "INV-2", 30, 20),
        open(customer("C3"), "INV-3", 95, 40),
        open(customer("C4"), "INV-4", -1, 80),
    ];
    let summary = summary(&worklist(&items, &policy(), as_of()));
    let say = |lines: &[SummaryLine]| -> Vec<String> {
        let name =
            |line: &SummaryLine| line.label.as_ref().map_or("-".to_owned(), |label| label.name.clone());
        lines.iter().map(|line| format!("{} {} {}", name(line), line.customers, line.overdue)).collect()
    };
    assert_eq!(say(&summary.tiers), ["advanced 1 40.00", "primary 2 30.00", "- 1 0.00"]);
    assert_eq!(say(&summary.alerts), ["red 1 40.00", "yellow 1 20.00", "notice 1 10.00", "green 1 0.00"]);
}

#[test]
fn the_columns_are_those_of_worklist_csv() {
    let keys = |by| -> Vec<String> {
        columns(by, Lang::En).iter().map(|column| column.heading.key.to_string()).collect()
    };
    let expected = "customer_id,customer_name,owner,tier,alert,overdue,max_overdue_days,oldest_invoice,next_action,\
                    channel,due_by,last_contact,contacts,written_contacts,promise_date,disputed,reason,currency,dunned";
    assert_eq!(keys(None).join(","), expected);
    let region = Heading::new("region", "Region", "区域");
    assert_eq!(keys(Some(region)).join(","), expected.replace("customer_id,customer_name", "region"));
}

#[test]
fn tables_say_names_in_the_users_language() {
    let row = only_row(&[open(customer("C1"), "INV-1", 5, 100)], &policy());
    let cells =
        |lang| -> Vec<Cell<'_>> { columns(None, lang).iter().map(|column| column.cell(&row)).collect() };
    assert_eq!(cells(Lang::Zh)[3], Cell::text("初级"));
    assert_eq!(cells(Lang::En)[3], Cell::text("primary"));
    assert_eq!(cells(Lang::Zh)[4], Cell::text("notice"), "the policy has no Chinese name for it");
    assert_eq!(cells(Lang::En)[12], Cell::Count(0));
    assert_eq!(cells(Lang::En)[15], Cell::Empty);
}
