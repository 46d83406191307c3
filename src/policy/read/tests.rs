//! The default against the rules it stands for, what a company's file changes, and every refusal word for word.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::lang::Lang;
use crate::money::{Money, Quantity, Rate};
use crate::policy::fault::CODES;
use crate::policy::origin::Origin;
use crate::policy::{Account, Action, Alert, CoverageBase, CoveragePolicy, Standard, Tier};
use crate::terms::{MonthlyBasis, Terms};

fn built_in() -> Policy {
    load(None).unwrap().0
}

fn company(text: &str) -> Policy {
    load(Some(("policy.toml", text))).unwrap_or_else(|faults| panic!("{faults:#?}")).0
}

fn refusals(text: &str, lang: Lang) -> Vec<String> {
    let faults = load(Some(("policy.toml", text))).expect_err(text);
    faults.iter().map(|fault| fault.text(lang)).collect()
}

fn percent(text: &str) -> Rate {
    Rate::parse_percent(text).unwrap()
}

#[test]
fn the_default_matches_the_written_policy() {
    let Policy { aging, collect, provision, .. } = built_in();
    assert_eq!(aging.buckets, Buckets::new(vec![30, 90, 180]).unwrap());
    assert_eq!(aging.basis, AgingBasis::DueDate);
    let tiers: Vec<(&str, i64, Option<i64>)> =
        collect.scales.tiers.iter().map(|tier| (tier.name.as_str(), tier.from, tier.to)).collect();
    assert_eq!(tiers, [("primary", 1, Some(30)), ("intermediate", 31, Some(90)), ("advanced", 91, None)]);
    let owners: Vec<&str> = collect.scales.tiers.iter().map(|tier| tier.owner.as_str()).collect();
    assert_eq!(owners, ["finance", "sales", "legal"]);
    let alerts: Vec<(&str, i64)> =
        collect.scales.alerts.iter().map(|alert| (alert.name.as_str(), alert.from)).collect();
    assert_eq!(alerts, [("notice", 1), ("yellow", 30), ("orange", 60), ("red", 90)]);
    assert_eq!((collect.recovery_plan_from.as_str(), collect.recovery_plan_hours), ("red", 48));
    assert_eq!(provision.rates, ["0%", "2%", "15%", "50%", "100%"].map(percent));
    assert_eq!(provision.gaps, [0, 3]);
    let industries = ["construction", "foreign_trade", "外贸", "建筑", "建筑业", "进出口"];
    assert_eq!(provision.uplift, industries.map(|name| (name.to_owned(), percent("20%"))).into());
    let CoveragePolicy { base, min, max } = provision.coverage;
    assert_eq!((base, min, max), (CoverageBase::Impaired, percent("120%"), percent("150%")));
}

#[test]
fn the_default_matches_the_conventions() {
    let Policy { input, matching, receivable, collect, provision, output, .. } = built_in();
    assert_eq!((input.dates, input.duplicates, input.currency.as_str()), (None, Duplicates::Count, "CNY"));
    assert!(input.columns.is_empty() && input.methods.is_empty() && matching.goods_aliases.is_empty());
    assert_eq!(matching.order_price, PriceBasis::TaxInclusive);
    assert_eq!((matching.bill_damaged, matching.bill_rejected), (Rate::ZERO, Rate::ZERO));
    assert_eq!(matching.sign_within_days, 15);
    assert_eq!(matching.owners.len(), 13);
    let Tolerances { quantity, price, amount, tax } = matching.tolerance;
    assert_eq!(quantity, Tolerance { abs: Some(Quantity::ZERO), pct: None });
    assert_eq!(price, Tolerance { abs: Some(Money::from_cents(1)), pct: Some(percent("0.1%")) });
    assert_eq!(amount, Tolerance { abs: Some(Money::from_cents(6)), pct: None });
    assert_eq!(tax, amount);
    assert_eq!(receivable.default_terms, Terms::parse("net 30", MonthlyBasis::EomPlusDays).unwrap());
    assert_eq!((receivable.monthly_basis, receivable.roll), (MonthlyBasis::EomPlusDays, Roll::None));
    assert_eq!(receivable.unapplied, Unapplied::OldestDue);
    let BillPolicy { bank_acceptance, commercial_acceptance, supply_chain_note, confirm_days } =
        receivable.bills;
    assert_eq!(bank_acceptance, BillSettles::OnReceipt);
    assert_eq!(
        (commercial_acceptance, supply_chain_note),
        (BillSettles::AtMaturity, BillSettles::AtMaturity)
    );
    assert_eq!(confirm_days, 30);
    assert_eq!(collect.minimum, Money::from_cents(1));
    assert_eq!((collect.remind_before_days, collect.min_days_between_contacts), (vec![7, 3, 1], 3));
    assert_eq!(provision.standard, Standard::Cas);
    assert_eq!(provision.accounts.allowance.code, "1231");
    assert_eq!(provision.accounts.impairment_loss.name, "信用减值损失");
    assert!(output.csv_bom);
}

#[test]
fn the_two_numbers_that_the_written_policy_does_not_give_say_so() {
    for line in ["not_due = \"0%\"", "\"91-180\" = \"50%\""] {
        let before = starter_policy().split_once(line).unwrap().0;
        let comment = before.rsplit("\n\n").next().unwrap();
        assert!(comment.starts_with("# GAP: the written policy says nothing about"), "{line}");
    }
}

#[test]
fn every_key_of_the_default_has_a_comment() {
    for paragraph in starter_policy().split("\n\n").map(str::trim_start) {
        assert!(paragraph.starts_with(['#', '[']), "{paragraph}");
    }
}

#[test]
fn the_starter_policy_is_a_policy_and_every_value_of_it_comes_from_the_file() {
    let (_, origins) = load(Some(("policy.toml", starter_policy()))).unwrap();
    assert!(origins.rows.iter().all(|row| row.origin != Origin::BuiltIn));
    let (_, built_in) = load(None).unwrap();
    assert!(built_in.rows.iter().all(|row| row.origin == Origin::BuiltIn));
    let keys = |origins: &Origins| origins.rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&origins), keys(&built_in));
}

#[test]
fn an_empty_file_changes_nothing() {
    for text in ["", "\u{feff}", "# nothing yet\r\n", "[match]\n[provision]\n"] {
        let (_, origins) = load(Some(("policy.toml", text))).unwrap();
        assert_eq!(origins, load(None).unwrap().1, "{text:?}");
    }
}

#[test]
fn a_table_is_merged_key_by_key() {
    let policy = company(
        "match.sign_within_days = 20\n\
         [receivable.bills]\nbank_acceptance = \"at_maturity\"\n\
         [match.owners]\nPRICE = \"采购部\"\n\
         [provision.accounts]\nallowance = { code = \"1231.01\" }\n",
    );
    assert_eq!(policy.matching.sign_within_days, 20);
    assert_eq!(policy.receivable.bills.bank_acceptance, BillSettles::AtMaturity);
    assert_eq!(policy.receivable.bills.confirm_days, 30);
    assert_eq!(
        (policy.matching.owners["PRICE"].as_str(), policy.matching.owners["TAX"].as_str()),
        ("采购部", "finance")
    );
    let Account { code, name } = policy.provision.accounts.allowance;
    assert_eq!((code.as_str(), name.as_str()), ("1231.01", "坏账准备"));
}

#[test]
fn rates_uplifts_buckets_tiers_alerts_and_tolerances_are_replaced_whole() {
    let policy = company(
        "[aging]\nbuckets = [60]\n\
         [collect]\nremind_before_days = [1, 5]\nrecovery_plan_from = \"late\"\n\
         [[collect.tiers]]\nname = \"all\"\nfrom = 1\nowner = \"finance\"\nactions = []\n\
         [[collect.alerts]]\nname = \"late\"\nfrom = 10\n\
         [provision.rates]\nnot_due = \"1%\"\n\"1-60\" = \"1.5%\"\n\"61+\" = \"80%\"\n\
         [provision.uplift]\n\"钢铁\" = \"50%\"\n\
         [match.tolerance]\nquantity = { pct = \"5%\" }\n",
    );
    assert_eq!(policy.provision.rates, ["1%", "1.5%", "80%"].map(percent));
    assert_eq!(policy.provision.uplift, [("钢铁".to_owned(), percent("50%"))].into());
    assert_eq!(policy.provision.gaps, [0], "91-180 is no bucket any more");
    let all = Tier {
        name: "all".to_owned(),
        name_zh: "all".to_owned(),
        from: 1,
        to: None,
        owner: "finance".to_owned(),
        actions: Vec::new(),
    };
    assert_eq!(policy.collect.scales.tiers, [all]);
    assert_eq!(
        policy.collect.scales.alerts,
        [Alert { name: "late".to_owned(), name_zh: "late".to_owned(), from: 10 }]
    );
    assert_eq!(policy.collect.remind_before_days, [5, 1]);
    assert_eq!(policy.matching.tolerance.quantity, Tolerance { abs: None, pct: Some(percent("5%")) });
}

#[test]
fn an_industry_or_grade_keeps_what_it_does_not_replace() {
    let policy = company(
        "[[collect.industries.\"建筑\".alerts]]\nname = \"red\"\nname_zh = \"红色\"\nfrom = 45\n\
         [[collect.grades.D.tiers]]\nname = \"strict\"\nfrom = 1\nowner = \"legal\"\nactions = [\n\
         { name = \"call\", channel = \"phone\", written = false, owner = \"sales\", days = 1 },\n]\n",
    );
    let construction = &policy.collect.industries["建筑"];
    assert_eq!(construction.alerts.len(), 1);
    assert_eq!(construction.tiers, policy.collect.scales.tiers);
    let grade = &policy.collect.grades["D"];
    assert_eq!(grade.alerts, policy.collect.scales.alerts);
    let call = Action {
        name: "call".to_owned(),
        name_zh: "call".to_owned(),
        channel: "phone".to_owned(),
        written: false,
        owner: Some("sales".to_owned()),
        days: 1,
    };
    assert_eq!(grade.tiers[0].actions, [call]);
}

#[test]
fn headings_and_words_of_the_company_are_read() {
    let policy = company(
        "[input]\ndates = \"dmy\"\n\
         [input.columns.orders]\norder_no = [\"PO号\", \"合同号\"]\nquantity = \"下单数\"\n\
         [input.methods]\n\"网银\" = \"wire\"\n\
         [match.goods_aliases]\n\"螺丝\" = \"螺栓\"\n",
    );
    assert_eq!(policy.input.dates, Some(DateOrder::DayMonthYear));
    assert_eq!(policy.input.columns["orders"]["order_no"], ["PO号", "合同号"]);
    assert_eq!(policy.input.columns["orders"]["quantity"], ["下单数"]);
    assert_eq!(policy.input.methods["网银"], Method::Wire);
    assert_eq!(policy.matching.goods_aliases["螺丝"], "螺栓");
}

#[test]
fn each_value_names_its_origin() {
    let text = "\u{feff}# ours\r\n[provision.rates]\r\nnot_due = \"0%\"\r\n\"1-30\" = \"3%\"\r\n\"31-90\" = \"15%\"\r\n\
                \"91-180\" = \"60%\"\r\n\"181+\" = \"100%\"\r\n[aging]\r\nbuckets = [30, 90, 180]\r\n";
    let (_, origins) = load(Some(("data/policy.toml", text))).unwrap();
    let row = |key: &str| origins.rows.iter().find(|row| row.key == key).unwrap();
    let ours = row("provision.rates.91-180");
    assert_eq!((ours.value.as_str(), ours.origin.text(Lang::En).as_str()), ("60%", "data/policy.toml:6"));
    let buckets = row("aging.buckets");
    assert_eq!(
        (buckets.value.as_str(), buckets.origin.text(Lang::Zh).as_str()),
        ("[30, 90, 180]", "data/policy.toml:9")
    );
    let basis = row("aging.basis");
    assert_eq!((basis.value.as_str(), basis.origin.text(Lang::En).as_str()), ("due_date", "built-in"));
    assert_eq!(origins.of("collect.tiers[3].from").unwrap().text(Lang::Zh), "内置");
    assert!(row("collect.tiers[1].actions[2]").value.starts_with("{ name = \"phone_call\", "));
}

#[test]
fn origins_stand_in_the_order_of_the_default_policy() {
    let (_, origins) =
        load(Some(("policy.toml", "[output]\ncsv_bom = false\n[input.methods]\n\"网银\" = \"wire\"\n")))
            .unwrap();
    let tables: Vec<&str> = origins.rows.iter().map(|row| row.key.split('.').next().unwrap()).collect();
    let mut order = tables.clone();
    order.dedup();
    assert_eq!(order, ["input", "match", "receivable", "aging", "collect", "provision", "output"]);
    assert!(origins.rows.iter().any(|row| row.key == "input.methods.网银"));
}

/// Three tiers that fit together; a test changes one of them.
const TIERS: &str = "[[collect.tiers]]\nname = \"a\"\nfrom = 1\nto = 30\nowner = \"x\"\nactions = []\n\
                     [[collect.tiers]]\nname = \"b\"\nfrom = 31\nto = 90\nowner = \"x\"\nactions = []\n\
                     [[collect.tiers]]\nname = \"c\"\nfrom = 91\nowner = \"x\"\nactions = []\n";

/// The default's rates; a test changes one of them.
const RATES: &str = "[provision.rates]\nnot_due = \"0%\"\n\"1-30\" = \"2%\"\n\"31-90\" = \"15%\"\n\
                     \"91-180\" = \"50%\"\n\"181+\" = \"100%\"\n";

#[test]
fn each_fault_of_a_value_is_refused_word_for_word() {
    let cases = [
        (
            "[match]\nsign_within_day = 3",
            "2:match.sign_within_day: [POLICY_UNKNOWN_KEY] unknown key: 'sign_within_day'; did you mean 'sign_within_days'?",
        ),
        (
            "[inptu]\ndates = \"ymd\"",
            "1:inptu: [POLICY_UNKNOWN_KEY] unknown key: 'inptu'; did you mean 'input'?",
        ),
        (
            "dates = \"ymd\"",
            "1:dates: [POLICY_UNKNOWN_KEY] unknown key: 'dates'; did you mean 'input.dates'?",
        ),
        (
            "[aging]\ncolour = 1",
            "2:aging.colour: [POLICY_UNKNOWN_KEY] unknown key: 'colour'; the keys here are basis, buckets",
        ),
        (
            "[input.columns.orders]\norder_nr = \"PO\"",
            "2:input.columns.orders.order_nr: [POLICY_UNKNOWN_KEY] unknown key: 'order_nr'; did you mean 'order_no'?",
        ),
        (
            "[match]\nbill_damaged = 15",
            r#"2:match.bill_damaged: [POLICY_TYPE] not a percentage from 0% to 100% with at most 2 decimals: '15'; write it in quotes with its sign, as "12.5%""#,
        ),
        (
            "[match]\nbill_damaged = \"12.345%\"",
            r#"2:match.bill_damaged: [POLICY_VALUE] not a percentage from 0% to 100% with at most 2 decimals: '12.345%'; write it in quotes with its sign, as "12.5%""#,
        ),
        (
            "[match]\nsign_within_days = \"15\"",
            "2:match.sign_within_days: [POLICY_TYPE] not a whole number from 0 to 36500: '15'; write it without quotes, as 30",
        ),
        (
            "[match]\nsign_within_days = -1",
            "2:match.sign_within_days: [POLICY_VALUE] not a whole number from 0 to 36500: '-1'; write it without quotes, as 30",
        ),
        (
            "[match.tolerance]\namount = { abs = 0.06 }",
            r#"2:match.tolerance.amount.abs: [POLICY_TYPE] not an amount of 0 or more with at most 2 decimals: '0.06'; write it in quotes, as "0.05""#,
        ),
        (
            "[match.tolerance]\nquantity = { abs = \"-1\" }",
            r#"2:match.tolerance.quantity.abs: [POLICY_VALUE] not a quantity of 0 or more: '-1'; write it in quotes, as "0.05""#,
        ),
        (
            "[match]\ntolerance = \"0.06\"",
            "2:match.tolerance: [POLICY_TYPE] not a table of keys: '0.06'; write its keys below its name in square brackets",
        ),
        (
            "[match.owners]\nTAX = \" \"",
            r#"2:match.owners.TAX: [POLICY_VALUE] not a text: ' '; write it in quotes, as "finance""#,
        ),
        (
            "[input]\ndates = \"ydm\"",
            r#"2:input.dates: [POLICY_VALUE] not a word that this key takes: 'ydm'; write one of "refuse", "ymd", "mdy", "dmy""#,
        ),
        (
            "[input]\ncurrency = \"人民币\"",
            r#"2:input.currency: [POLICY_VALUE] not a currency: '人民币'; write three capital letters, as "CNY""#,
        ),
        (
            "[receivable]\ndefault_terms = \"soon\"",
            r#"2:receivable.default_terms: [POLICY_VALUE] not payment terms: 'soon'; write them as "net 30", "eom 30", "cod" or "30% order, 70% sign+30""#,
        ),
        (
            "[output]\ncsv_bom = \"yes\"",
            "2:output.csv_bom: [POLICY_TYPE] not true or false: 'yes'; write true or false without quotes",
        ),
        (
            "[aging]\nbuckets = 30",
            "2:aging.buckets: [POLICY_TYPE] not a list: '30'; write it in square brackets, as [30, 90, 180]",
        ),
        (
            "[aging]\nbuckets = [30, 30]",
            "2:aging.buckets: [POLICY_BUCKETS] buckets that do not rise: '[30, 30]'; write whole numbers of 1 or more, each greater than the one before, as [30, 90, 180]",
        ),
        (
            "[aging]\nbuckets = [30,\n0]",
            "3:aging.buckets[2]: [POLICY_VALUE] not a whole number from 1 to 36500: '0'; write it without quotes, as 30",
        ),
        (
            "[collect.tiers]\nname = \"a\"",
            "1:collect.tiers: [POLICY_TYPE] not a list of tables: '{ name = \"a\" }'; write each below its name in double square brackets",
        ),
        (
            "[collect]\nrecovery_plan_from = \"purple\"",
            "2:collect.recovery_plan_from: [POLICY_ALERTS] no alert of the name in collect.recovery_plan_from: 'purple'; name one of notice, yellow, orange, red, or add this alert",
        ),
        (
            "[[collect.grades.D.alerts]]\nname = \"yellow\"\nfrom = 9",
            "1:collect.grades.D.alerts: [POLICY_ALERTS] no alert of the name in collect.recovery_plan_from: 'red'; name one of yellow, or add this alert",
        ),
        (
            "[[collect.alerts]]\nname = \"yellow\"\nfrom = 9\n[[collect.alerts]]\nname = \"red\"\nfrom = 9",
            "6:collect.alerts[2].from: [POLICY_ALERTS] alerts do not rise: 'red 9' after 'yellow 9'; write 10 or more for red",
        ),
        (
            "[[collect.alerts]]\nname = \"red\"",
            "1:collect.alerts[1].from: [POLICY_MISSING_KEY] a key is missing: 'from'; write from = … here",
        ),
        (
            "[provision.uplift]\n\"建筑\" = \"60%\"",
            "2:provision.uplift.建筑: [POLICY_UPLIFT] an uplift outside the range: '60%' for 建筑; write 20% to 50%, or change provision.uplift_range",
        ),
        (
            "[provision]\nuplift_range = [\"20%\"]",
            r#"2:provision.uplift_range: [POLICY_VALUE] not two percentages: '["20%"]'; write lowest and highest, as ["20%", "50%"]"#,
        ),
        (
            "[provision]\nuplift_range = [\"30%\", \"20%\"]",
            "2:provision.uplift_range: [POLICY_RANGE] a range upside down: '30%' to '20%'; write a lower end that is not above the upper end",
        ),
        (
            "[provision.coverage]\nmin = \"200%\"",
            "2:provision.coverage.min: [POLICY_RANGE] a range upside down: '200%' to '150%'; write a lower end that is not above the upper end",
        ),
        (
            "[provision]\ngaps = [\"91-120\"]",
            "2:provision.gaps[1]: [POLICY_NO_SUCH_BUCKET] no such bucket: '91-120'; aging.buckets makes not_due, 1-30, 31-90, 91-180, 181+",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(refusals(text, Lang::En), [format!("policy.toml:{expected}")], "{text}");
    }
}

#[test]
fn each_fault_of_the_rates_is_refused_word_for_word() {
    let cases = [
        (
            "\"91-180\" = \"50%\"\n",
            "",
            r#"1:provision.rates: [POLICY_RATE_MISSING] a bucket without a rate: '91-180'; write "91-180" = "…%" under [provision.rates], which must name every bucket"#,
        ),
        (
            "not_due = \"0%\"\n",
            "",
            r#"1:provision.rates: [POLICY_RATE_MISSING] a bucket without a rate: 'not_due'; write not_due = "…%" under [provision.rates], which must name every bucket"#,
        ),
        (
            "\"50%\"",
            "\"14.9%\"",
            "5:provision.rates.91-180: [POLICY_RATES_FALL] rates fall as debts age: '14.9%' for 91-180 after '15%' for 31-90; write 15% or more for 91-180, or less for 31-90",
        ),
        (
            "not_due = \"0%\"",
            "not_due = \"5%\"",
            "3:provision.rates.1-30: [POLICY_RATES_FALL] rates fall as debts age: '2%' for 1-30 after '5%' for not_due; write 5% or more for 1-30, or less for not_due",
        ),
        (
            "\"100%\"",
            "\"100.01%\"",
            r#"6:provision.rates.181+: [POLICY_VALUE] not a percentage from 0% to 100%: '100.01%'; write it in quotes with its sign, as "15%""#,
        ),
        (
            "\"2%\"",
            "\"-2%\"",
            r#"3:provision.rates.1-30: [POLICY_VALUE] not a percentage from 0% to 100%: '-2%'; write it in quotes with its sign, as "15%""#,
        ),
        (
            "\"2%\"",
            "0.02",
            r#"3:provision.rates.1-30: [POLICY_TYPE] not a percentage from 0% to 100%: '0.02'; write it in quotes with its sign, as "15%""#,
        ),
        (
            "\"2%\"",
            "\"2\"",
            r#"3:provision.rates.1-30: [POLICY_VALUE] not a percentage from 0% to 100%: '2'; write it in quotes with its sign, as "15%""#,
        ),
        (
            "\"2%\"",
            "2%",
            r#"3:provision.rates.1-30: [POLICY_SYNTAX] a value without quotes: '2%'; write "2%""#,
        ),
        (
            "\"2%\"",
            "2.5%",
            r#"3:provision.rates.1-30: [POLICY_SYNTAX] a value without quotes: '2.5%'; write "2.5%""#,
        ),
        (
            "\"181+\"",
            "\"181-365\" = \"100%\"\n\"181+\"",
            "6:provision.rates.181-365: [POLICY_NO_SUCH_BUCKET] no such bucket: '181-365'; aging.buckets makes not_due, 1-30, 31-90, 91-180, 181+",
        ),
    ];
    assert!(load(Some(("policy.toml", RATES))).is_ok());
    for (from, to, expected) in cases {
        let text = RATES.replacen(from, to, 1);
        assert_eq!(refusals(&text, Lang::En), [format!("policy.toml:{expected}")], "{text}");
    }
}

#[test]
fn new_buckets_need_new_rates() {
    let expected = |bucket: &str| {
        format!(
            "policy.toml:2:aging.buckets: [POLICY_RATE_MISSING] a bucket without a rate: '{bucket}'; \
             write \"{bucket}\" = \"…%\" under [provision.rates], which must name every bucket"
        )
    };
    assert_eq!(refusals("[aging]\nbuckets = [30, 60]\n", Lang::En), ["31-60", "61+"].map(expected));
}

#[test]
fn each_fault_of_the_tiers_is_refused_word_for_word() {
    let cases = [
        (
            "to = 30",
            "to = 35",
            "9:collect.tiers[2].from: [POLICY_TIERS_OVERLAP] tiers overlap: 'a 1-35' and 'b 31-90'; end a at 30",
        ),
        (
            "to = 90\n",
            "",
            "14:collect.tiers[3].from: [POLICY_TIERS_OVERLAP] tiers overlap: 'b 31+' and 'c 91+'; end b at 90",
        ),
        (
            "from = 31",
            "from = 1",
            "9:collect.tiers[2].from: [POLICY_TIERS_OVERLAP] tiers overlap: 'a 1-30' and 'b 1-90'; begin each at a day of its own",
        ),
        (
            "from = 31",
            "from = 33",
            "9:collect.tiers[2].from: [POLICY_TIERS_GAP] days overdue without a tier: 'b 33-90' comes after 'a 1-30'; begin b at 31",
        ),
        (
            "from = 1\n",
            "from = 2\n",
            "3:collect.tiers[1].from: [POLICY_TIERS_GAP] the first tier does not begin at day 1: 'a 2-30'; begin a at 1",
        ),
        (
            "from = 91",
            "from = 91\nto = 365",
            "15:collect.tiers[3].from: [POLICY_TIERS_GAP] older debts have no tier: 'c 91-365' is the last; leave out the 'to' of c",
        ),
        (
            "to = 90",
            "to = 9",
            "9:collect.tiers[2].from: [POLICY_VALUE] a tier that ends before it begins: 'b 31-9'; write 31 or more in 'to'",
        ),
        (
            "name = \"c\"",
            "name = \"a\"",
            "15:collect.tiers[3].from: [POLICY_VALUE] a name that comes twice: 'a'; give each its own name",
        ),
        (
            "to = 30\nowner = \"x\"",
            "to = 30",
            "1:collect.tiers[1].owner: [POLICY_MISSING_KEY] a key is missing: 'owner'; write owner = … here",
        ),
        (
            "actions = []",
            "actions = [{ name = \"n\", channel = \"c\", written = true, days = 1, who = \"x\" }]",
            "6:collect.tiers[1].actions[1].who: [POLICY_UNKNOWN_KEY] unknown key: 'who'; the keys here are channel, days, name, name_zh, owner, written",
        ),
    ];
    assert!(load(Some(("policy.toml", TIERS))).is_ok());
    for (from, to, expected) in cases {
        let text = TIERS.replacen(from, to, 1);
        assert_eq!(refusals(&text, Lang::En), [format!("policy.toml:{expected}")], "{text}");
    }
    let none = "policy.toml:2:collect.tiers: [POLICY_TIERS_GAP] no tier: '[]'; write one or more, each below [[collect.tiers]]";
    assert_eq!(refusals("[collect]\ntiers = []\n", Lang::En), [none]);
}

#[test]
fn what_is_not_toml_is_refused_word_for_word() {
    let cases = [
        (
            "[input]\ndates = ymd",
            r#"2:input.dates: [POLICY_SYNTAX] a value without quotes: 'ymd'; write "ymd""#,
        ),
        (
            "[match.tolerance]\nprice = { abs = \"0.01\", pct = 1% }",
            r#"2:match.tolerance.price.pct: [POLICY_SYNTAX] a value without quotes: '1%'; write "1%""#,
        ),
        (
            "[input]\ncurrency =",
            "2:input.currency: [POLICY_SYNTAX] no value after the =; write one, or leave the key out",
        ),
        (
            "[output]\ncsv_bom = True",
            "2:output.csv_bom: [POLICY_SYNTAX] true or false in capitals: 'True'; write true",
        ),
        (
            "[match]\nsign_within_days = 015",
            "2:match.sign_within_days: [POLICY_TYPE] not a whole number from 0 to 36500: '015'; write it without quotes, as 30",
        ),
        (
            "[provision.uplift]\n建筑 = \"20%\"",
            r#"2:provision.uplift.建筑: [POLICY_SYNTAX] a key of other than plain letters, digits, - and _: '建筑'; write it in quotes, as "建筑""#,
        ),
        (
            "[input]\ndates = “ymd”",
            r#"2:input.dates: [POLICY_SYNTAX] full-width marks: 'dates = “ymd”'; write dates = "ymd""#,
        ),
        (
            "[aging]\nbuckets ＝ [30]\nx = 1",
            "2:aging.buckets: [POLICY_SYNTAX] full-width marks: 'buckets ＝ [30]'; write buckets = [30]",
        ),
        (
            "[aging\nbasis = \"due_date\"",
            "1:aging: [POLICY_SYNTAX] a bracket or quote before this is not closed: '[aging'; close it with ], } or \"",
        ),
        (
            "[aging]\nbuckets = [30, 90\nbasis = 1",
            "3:aging.basis: [POLICY_SYNTAX] a comma or a closing bracket is missing before this: 'basis = 1'; write it, as [30, 90, 180]",
        ),
        (
            "[input]\ncurrency = \"CNY\ndates = 1",
            "2:input.currency: [POLICY_SYNTAX] a bracket or quote before this is not closed: 'currency = \"CNY'; close it with ], } or \"",
        ),
        (
            "[input]\ncurrency = \"CNY\" dates = 1",
            "2:input.currency: [POLICY_SYNTAX] more than one value in a line: 'currency = \"CNY\" dates = 1'; write each key in a line of its own, a comment after #",
        ),
        (
            "[input]\ncurrency: CNY",
            "2:input.currency: [POLICY_SYNTAX] neither a key with a value nor a comment: 'currency: CNY'; write KEY = VALUE, or begin the line with #",
        ),
        (
            "[aging]\nbasis = \"due_date\"\nbasis = \"due_date\"",
            "3:aging.basis: [POLICY_SYNTAX] the key comes twice: 'basis'; keep one of the two",
        ),
        (
            "[input]\ncurrency = \"\\xyz\"",
            "2:input.currency: [POLICY_SYNTAX] not readable as TOML: 'currency = \"\\xyz\"'; too few unicode value digits, expected unicode hexadecimal value",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(refusals(text, Lang::En), [format!("policy.toml:{expected}")], "{text}");
    }
}

#[test]
fn all_faults_come_in_one_run_in_the_order_of_the_file() {
    let text = "[provision.rates]\nnot_due = \"0%\"\n\"1-30\" = 2%\n\"31-90\" = \"150%\"\n\"181+\" = \"100%\"\n\
                [input]\ndates = \"ydm\"\n[colect]\nx = 1\n[output]\ncsv_boom = true\n";
    let codes: Vec<(usize, &str)> = load(Some(("policy.toml", text)))
        .unwrap_err()
        .iter()
        .map(|fault| (fault.line, fault.problem.code().code))
        .collect();
    let expected = [
        (1, "POLICY_RATE_MISSING"),
        (3, "POLICY_SYNTAX"),
        (4, "POLICY_VALUE"),
        (7, "POLICY_VALUE"),
        (8, "POLICY_UNKNOWN_KEY"),
        (11, "POLICY_UNKNOWN_KEY"),
    ];
    assert_eq!(codes, expected);
}

#[test]
fn a_fault_between_a_built_in_value_and_the_company_s_names_the_company_s_line() {
    let faults = refusals("[provision]\nuplift_range = [\"30%\", \"50%\"]\n", Lang::En);
    assert_eq!(faults.len(), 6);
    assert!(
        faults.iter().all(|fault| fault.starts_with("policy.toml:2:provision.uplift_range: [POLICY_UPLIFT]"))
    );
}

#[test]
fn the_same_is_said_in_chinese() {
    let cases = [
        (
            "[match]\nsign_within_day = 3",
            "2:match.sign_within_day: [POLICY_UNKNOWN_KEY] 未知的键: 'sign_within_day'；是否为 'sign_within_days'？",
        ),
        (
            "[provision.coverage]\nmin = 1.2",
            r#"2:provision.coverage.min: [POLICY_TYPE] 不是 0% 到 1000% 的百分比: '1.2'；请加引号并带百分号，如 "15%""#,
        ),
        ("[input]\ndates = ymd", r#"2:input.dates: [POLICY_SYNTAX] 值未加引号: 'ymd'；请写 "ymd""#),
    ];
    for (text, expected) in cases {
        assert_eq!(refusals(text, Lang::Zh), [format!("policy.toml:{expected}")], "{text}");
    }
    let falling = RATES.replace("\"50%\"", "\"10%\"");
    let expected = "policy.toml:5:provision.rates.91-180: [POLICY_RATES_FALL] 计提比例随账龄下降: 91-180 为 '10%'，31-90 为 '15%'；91-180 请不低于 15%，或调低 31-90";
    assert_eq!(refusals(&falling, Lang::Zh), [expected]);
}

proptest! {
    #[test]
    fn a_slip_of_the_keyboard_is_refused_or_harmless(
        at in 0usize..400, len in 0usize..20, slip in r#"[\[\]{}=",#.%0-9a \n“，账]{0,3}"#,
    ) {
        let text: Vec<char> = format!("{RATES}{TIERS}").chars().collect();
        let (before, after) = (text.iter().take(at), text.iter().skip(at + len));
        let text: String = before.copied().chain(slip.chars()).chain(after.copied()).collect();
        if let Err(faults) = load(Some(("policy.toml", &text))) {
            let lines = text.lines().count().max(1) + 1;
            prop_assert!(!faults.is_empty());
            prop_assert!(faults.iter().all(|fault| (1..=lines).contains(&fault.line) && fault.file == "policy.toml"));
            prop_assert!(faults.is_sorted_by_key(|fault| (fault.line, fault.column)));
            prop_assert!(faults.iter().all(|fault| fault.text(Lang::En).lines().count() == 1));
        }
    }
}

#[test]
fn a_message_is_one_line_whatever_the_value() {
    let text = "[input]\ncurrency = '''a\nb'''\n";
    assert!(refusals(text, Lang::En).iter().all(|line| !line.contains('\n')));
}

#[test]
fn codes_are_unique_and_explained() {
    let codes: BTreeSet<&str> = CODES.iter().map(|word| word.code).collect();
    assert_eq!(codes.len(), CODES.len());
    assert!(
        CODES
            .iter()
            .all(|word| word.code.starts_with("POLICY_") && !word.en.is_empty() && !word.zh.is_empty())
    );
}
