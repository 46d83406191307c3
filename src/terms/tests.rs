use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<Terms, TermsFault> {
    Terms::parse(text, MonthlyBasis::default())
}

fn plain(text: &str) -> String {
    read(text).unwrap_or_else(|fault| panic!("{text}: {fault}")).plain()
}

fn fault(text: &str) -> String {
    read(text).expect_err(text).to_string()
}

#[test]
fn every_form_of_the_spec_is_read() {
    let forms = [
        ("net 30", "100% invoice+30"),
        ("30", "100% invoice+30"),
        ("0", "100% invoice"),
        ("eom 30", "100% invoice.eom+30"),
        ("cod", "100% sign"),
        ("prepaid", "100% order"),
        ("月结30天", "100% invoice.eom+30"),
        ("票到45天", "100% invoice+45"),
        ("货到30天", "100% sign+30"),
        ("款到发货", "100% order"),
        ("货到付款", "100% sign"),
        ("现结", "100% sign"),
        ("现销", "100% sign"),
        ("预付100%", "100% order"),
        ("sign", "100% sign"),
        ("ship.eom", "100% ship.eom"),
        ("100% invoice+7", "100% invoice+7"),
        ("预付30%,货到60%,质保10%365天", "30% order,60% sign,10% retention sign+365"),
        ("30% order,60% sign+30,10% sign+365", "30% order,60% sign+30,10% sign+365"),
        ("50% ship.eom+15,50% invoice", "50% ship.eom+15,50% invoice"),
        (
            "33.33% invoice,33.33% invoice+30,33.34% invoice.eom+60",
            "33.33% invoice,33.33% invoice+30,33.34% invoice.eom+60",
        ),
        ("30% prepaid,70% net 60", "30% order,70% invoice+60"),
        ("预付30%,70% 月结30天", "30% order,70% invoice.eom+30"),
    ];
    for (text, expected) in forms {
        assert_eq!(plain(text), expected, "{text}");
    }
}

#[test]
fn width_case_and_blanks_do_not_matter() {
    for text in ["预付３０％，货到６０％、质保１０％３６５天", " 预付 30% , 货到 60%, 质保 10% 365 天 "]
    {
        assert_eq!(plain(text), "30% order,60% sign,10% retention sign+365", "{text}");
    }
    for text in ["NET30", "Net  30", " net\u{3000}30 ", "ｎｅｔ　３０"] {
        assert_eq!(plain(text), "100% invoice+30", "{text}");
    }
    assert_eq!(plain("50 % Ship . EOM + 15 , 50%invoice"), "50% ship.eom+15,50% invoice");
}

#[test]
fn what_is_in_no_form_is_named() {
    for text in ["soon", "net", "net -30", "net 3 0", "30 60", "1.5", "月结30", "sign+", "sign.eom+x", "eom"]
    {
        assert_eq!(fault(text), format!("can't read '{text}'"));
    }
    for text in
        ["delivery+30", "si gn", "月结", "预付30", "质保10%", "10%365天", "net 10000", "100%", "100% 30"]
    {
        assert_eq!(fault(text), format!("can't read '{text}'"));
    }
    assert_eq!(fault("30% order, 70% later"), "can't read '70% later'");
    assert_eq!(fault("100% order,"), "can't read ''");
    assert_eq!(fault("-30% order,130% sign"), "can't read '-30% order'");
    assert_eq!(fault("  "), "no terms");
}

#[test]
fn percentages_add_up_to_the_whole() {
    assert_eq!(fault("30% order,60% sign"), "the percentages add up to 90%, not to 100%");
    assert_eq!(
        fault("33.33% order,33.33% ship,33.33% sign"),
        "the percentages add up to 99.99%, not to 100%"
    );
    assert_eq!(fault("50% order"), "the percentages add up to 50%, not to 100%");
    assert_eq!(fault("900% order,900% sign"), "the percentages add up to 1800%, not to 100%");
    assert_eq!(fault("order,sign"), "'order' is one of several parts and has no percentage");
    assert_eq!(fault("0% order,100% sign"), "'0% order' is nothing: a part must be above 0%");
    assert_eq!(read("五成").unwrap_err().say(Lang::Zh), "无法识别“五成”");
}

#[test]
fn the_due_date_is_the_month_end_first_and_then_the_days() {
    let due = |terms: &str, event: &str| {
        read(terms).unwrap().rules()[0].timing.date(event.parse().unwrap()).to_string()
    };
    assert_eq!(due("net 30", "2022-01-31"), "2022-03-02");
    assert_eq!(due("net 30", "2022-01-01"), "2022-01-31");
    assert_eq!(due("eom 30", "2026-05-15"), "2026-06-30");
    assert_eq!(due("月结60天", "2024-01-31"), "2024-03-31");
    assert_eq!(due("ship.eom", "2024-02-01"), "2024-02-29");
    assert_eq!(due("cod", "2026-05-15"), "2026-05-15");
}

#[test]
fn chinese_forms_of_every_day_are_read() {
    let forms = [
        ("月结60天", "100% invoice.eom+60"),
        ("月结2个月", "100% invoice.eom+2m"),
        ("次月结30天", "100% invoice.eom+31"),
        ("验收后30天", "100% sign+30"),
        ("验收合格后 90 天内付款", "100% sign+90"),
        ("货到后15天", "100% sign+15"),
        ("收货后30天内", "100% sign+30"),
        ("货到3个月", "100% sign+3m"),
        ("票到后30日内付款", "100% invoice+30"),
        ("开票后1个月15天", "100% invoice+1m+15"),
        ("发货后7天", "100% ship+7"),
        ("月底后30天", "100% invoice.eom+30"),
        ("60天", "100% invoice+60"),
        ("3个月", "100% invoice+3m"),
        ("1年", "100% invoice+12m"),
        ("预付", "100% order"),
        ("先款后货", "100% order"),
        ("验收后付款", "100% sign"),
        ("票到付款", "100% invoice"),
    ];
    for (text, expected) in forms {
        assert_eq!(plain(text), expected, "{text}");
    }
}

#[test]
fn english_forms_with_months_and_sentences_are_read() {
    let forms = [
        ("60 days", "100% invoice+60"),
        ("3 months", "100% invoice+3m"),
        ("net 60 days", "100% invoice+60"),
        ("net 30 EOM", "100% invoice.eom+30"),
        ("eom+1m", "100% invoice.eom+1m"),
        ("invoice+3m", "100% invoice+3m"),
        ("ship.eom+2m+15", "100% ship.eom+2m+15"),
        ("30 days after delivery", "100% sign+30"),
        ("45 days from the invoice date", "100% invoice+45"),
        ("2 months after shipment", "100% ship+2m"),
        ("1 month after invoice month end", "100% invoice.eom+1m"),
        ("10 days after month end", "100% invoice.eom+10"),
        ("15 days after delivery month end", "100% sign.eom+15"),
        ("cash on delivery", "100% sign"),
    ];
    for (text, expected) in forms {
        assert_eq!(plain(text), expected, "{text}");
    }
    for text in ["30 days", "1 month", "30 days after", "30 days after lunch", "invoice+m", "invoice+3m+2m"] {
        assert_eq!(read(text).is_ok(), ["30 days", "1 month"].contains(&text), "{text}");
    }
}

#[test]
fn instalments_name_their_event_before_or_after_the_percentage() {
    let forms = [
        ("预付30%/到货60%/质保金10%12个月", "30% order,60% sign,10% retention sign+12m"),
        ("30%预付,60%验收,10%质保365天", "30% order,60% sign,10% retention sign+365"),
        ("预付20%余款月结30天", "20% order,80% invoice.eom+30"),
        ("预付20%，尾款30天", "20% order,80% invoice+30"),
        ("预付30%,到货60%30天,质保期10%满1年后付清", "30% order,60% sign+30,10% retention sign+12m"),
        ("20% order, rest net 30", "20% order,80% invoice+30"),
        ("余款票到30天，预付50%", "50% invoice+30,50% order"),
        ("90% sign, 10% retention 12 months", "90% sign,10% retention sign+12m"),
        ("90% sign, 10% retention invoice+365", "90% sign,10% retention invoice+365"),
    ];
    for (text, expected) in forms {
        assert_eq!(plain(text), expected, "{text}");
    }
    assert_eq!(fault("预付100%余款月结30天"), "'余款月结30天' is nothing: a part must be above 0%");
    assert_eq!(fault("余款30天,余款60天"), "'余款60天' is nothing: a part must be above 0%");
    assert_eq!(fault("预付30%,60天"), "'60天' is one of several parts and has no percentage");
    assert_eq!(fault("预付30%,70%60天"), "can't read '70%60天'");
}

#[test]
fn a_retention_tranche_is_marked_as_one() {
    let kinds = |text: &str| -> Vec<TrancheKind> {
        read(text).unwrap().rules().iter().map(|rule| rule.kind).collect()
    };
    let (price, retention) = (TrancheKind::Price, TrancheKind::Retention);
    assert_eq!(kinds("预付30%,货到60%,质保10%365天"), [price, price, retention]);
    assert_eq!(kinds("30% order,60% sign+30,10% sign+365"), [price, price, price]);
}

#[test]
fn monthly_settlement_has_three_readings() {
    let due = |text: &str, basis: MonthlyBasis, invoiced: &str| {
        let terms = Terms::parse(text, basis).unwrap();
        terms.rules()[0].timing.date(invoiced.parse().unwrap()).to_string()
    };
    let (eom, invoice, months) =
        (MonthlyBasis::EomPlusDays, MonthlyBasis::InvoicePlusDays, MonthlyBasis::EomMonths);
    assert_eq!(due("月结30天", eom, "2026-05-15"), "2026-06-30");
    assert_eq!(due("月结30天", invoice, "2026-05-15"), "2026-06-14");
    assert_eq!(due("月结30天", months, "2026-05-15"), "2026-06-30");
    // Where the months are of different length the readings part.
    assert_eq!(due("月结60天", eom, "2024-01-31"), "2024-03-31");
    assert_eq!(due("月结60天", eom, "2023-01-10"), "2023-04-01");
    assert_eq!(due("月结60天", months, "2023-01-10"), "2023-03-31");
    assert_eq!(due("月结30天", months, "2024-01-30"), "2024-02-29");
    assert_eq!(due("月结45天", months, "2026-05-15"), "2026-07-15");
    // No other form is read by it.
    for basis in [eom, invoice, months] {
        assert_eq!(due("eom 30", basis, "2026-05-15"), "2026-06-30");
        assert_eq!(due("次月结30天", basis, "2026-03-15"), "2026-05-01");
    }
    assert!(is_monthly("预付20%余款月结30天") && !is_monthly("次月结30天") && !is_monthly("eom 30"));
    assert!(read("月结30日").is_err(), "it may as well be the 30th of each month");
}

#[test]
fn months_end_on_the_same_day_or_the_months_last() {
    let due = |terms: &str, event: &str| {
        read(terms).unwrap().rules()[0].timing.date(event.parse().unwrap()).to_string()
    };
    assert_eq!(due("3个月", "2025-11-30"), "2026-02-28");
    assert_eq!(due("3个月", "2023-11-30"), "2024-02-29");
    assert_eq!(due("1年", "2024-02-29"), "2025-02-28");
    assert_eq!(due("invoice+1m", "2026-02-28"), "2026-03-28");
    assert_eq!(due("1 month after invoice month end", "2016-01-22"), "2016-02-29");
    assert_eq!(due("1 month after invoice month end", "2017-01-22"), "2017-02-28");
    assert_eq!(due("1 month after invoice month end", "2023-02-03"), "2023-03-31");
    assert_eq!(due("invoice.eom+1m+10", "2024-01-05"), "2024-03-10");
}

#[test]
fn terms_know_which_events_they_need() {
    let terms = read("30% order,70% sign+30").unwrap();
    assert!(terms.uses(Event::Order) && terms.uses(Event::Sign));
    assert!(!terms.uses(Event::Ship) && !terms.uses(Event::Invoice));
    assert_eq!(terms.text(), "30% order,70% sign+30");
}

#[test]
fn the_last_tranche_takes_the_remainder() {
    let split = |terms: &str, cents: i128| -> Vec<i128> {
        read(terms).unwrap().split_amount(Money::from_cents(cents)).map(Money::cents).collect()
    };
    let thirds = "33.33% invoice,33.33% invoice+30,33.34% invoice.eom+60";
    assert_eq!(split(thirds, 10_000), [3_333, 3_333, 3_334]);
    assert_eq!(split(thirds, 5), [2, 2, 1]);
    assert_eq!(split("预付30%,货到60%,质保10%365天", 100_005), [30_002, 60_003, 10_000]);
    assert_eq!(split("net 30", 12_345), [12_345]);
}

#[test]
fn no_tranche_falls_below_nothing() {
    let quarters = read("25% order,25% ship,25% sign,25% invoice").unwrap();
    let cents: Vec<i128> = quarters.split_amount(Money::from_cents(2)).map(Money::cents).collect();
    assert_eq!(cents, [1, 1, 0, 0]);
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let rule = (1i64..100, 0usize..4, any::<[bool; 2]>(), 0u32..14, 0i64..400);
    prop::collection::vec(rule, 1..6).prop_map(|drafts| {
        let whole: i64 = drafts.iter().map(|draft| draft.0).sum();
        let last = drafts.len() - 1;
        let mut left = 10_000;
        let parts =
            drafts.into_iter().enumerate().map(|(number, (weight, event, [eom, retained], months, days))| {
                let share = if number == last { left } else { (weight * 10_000 / whole).max(1) };
                left -= share;
                let eom = if eom { ".eom" } else { "" };
                let kind = if retained { "retention " } else { "" };
                let event = Event::ALL[event].name();
                format!("{}.{:02}% {kind}{event}{eom}+{months}m+{days}", share / 100, share % 100)
            });
        read(&parts.collect::<Vec<_>>().join(",")).unwrap()
    })
}

proptest! {
    #[test]
    fn tranches_add_up_to_the_total(terms in any_terms(), cents in -1_000_000_000i128..1_000_000_000) {
        let tranches: Vec<Money> = terms.split_amount(Money::from_cents(cents)).collect();
        prop_assert_eq!(tranches.len(), terms.rules().len());
        prop_assert_eq!(tranches.iter().copied().sum::<Money>(), Money::from_cents(cents));
        prop_assert!(tranches.iter().all(|tranche| tranche.cents() * cents.signum() >= 0));
    }

    #[test]
    fn the_plain_form_reads_back_the_same(terms in any_terms()) {
        let again = read(&terms.plain()).unwrap();
        prop_assert_eq!(again.rules(), terms.rules());
    }
}
