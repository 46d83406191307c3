//! The forms in which terms are written, and what each of them means.
//!
//! A text is cut into parts; of each part its share and whether it is the rest or retention money come off, and what
//! remains says when it is due: a word of its own, an event and how long after it, in either language.

use unicode_normalization::UnicodeNormalization;

use super::{Event, MonthlyBasis, Rule, TermsFault, Timing, TrancheKind};
use crate::money::Rate;
use crate::money::exact::Exact;

/// What separates parts, once full-width signs are folded.
const SEPARATORS: [char; 4] = [',', '、', ';', '/'];

/// Words before a part that takes what the others leave. In Chinese no comma need stand before them.
const REST_WORDS: [&str; 2] = ["余款", "尾款"];

/// Words for retention money, longest first.
const RETENTION_WORDS: [&str; 5] = ["质量保证金", "质保金", "质保期", "质保款", "质保"];

/// Words that say by themselves when the money is due.
const WHOLE_FORMS: [(&str, Event); 21] = [
    ("prepaid", Event::Order),
    ("cash in advance", Event::Order),
    ("预付", Event::Order),
    ("预付款", Event::Order),
    ("款到发货", Event::Order),
    ("先款后货", Event::Order),
    ("cod", Event::Sign),
    ("cash on delivery", Event::Sign),
    ("货到付款", Event::Sign),
    ("到货付款", Event::Sign),
    ("货到后付款", Event::Sign),
    ("签收付款", Event::Sign),
    ("签收后付款", Event::Sign),
    ("验收付款", Event::Sign),
    ("验收后付款", Event::Sign),
    ("验收合格后付款", Event::Sign),
    ("现结", Event::Sign),
    ("现销", Event::Sign),
    ("现款现货", Event::Sign),
    ("票到付款", Event::Invoice),
    ("见票付款", Event::Invoice),
];

/// What Chinese terms count from, and whether from its month's end. Beside a percentage the word may stand alone: 到货60%.
const CHINESE_EVENTS: [(&str, Event, bool); 18] = [
    ("开票月末", Event::Invoice, true),
    ("开票月底", Event::Invoice, true),
    ("月末", Event::Invoice, true),
    ("月底", Event::Invoice, true),
    ("票到", Event::Invoice, false),
    ("收票", Event::Invoice, false),
    ("见票", Event::Invoice, false),
    ("开票", Event::Invoice, false),
    ("货到", Event::Sign, false),
    ("到货", Event::Sign, false),
    ("收货", Event::Sign, false),
    ("交货", Event::Sign, false),
    ("签收", Event::Sign, false),
    ("验收合格", Event::Sign, false),
    ("验收", Event::Sign, false),
    ("发货", Event::Ship, false),
    ("出库", Event::Ship, false),
    ("下单", Event::Order, false),
];

/// What English terms count from after 'after' or 'from'; with 'month end' behind it, or alone, its month's end.
const ENGLISH_EVENTS: [(&str, Event); 12] = [
    ("order", Event::Order),
    ("order date", Event::Order),
    ("shipment", Event::Ship),
    ("shipping", Event::Ship),
    ("dispatch", Event::Ship),
    ("delivery", Event::Sign),
    ("receipt", Event::Sign),
    ("acceptance", Event::Sign),
    ("signing", Event::Sign),
    ("invoice", Event::Invoice),
    ("invoice date", Event::Invoice),
    ("invoicing", Event::Invoice),
];

/// The rules of terms, whose shares add up to 100%.
pub(super) fn rules_of(text: &str, basis: MonthlyBasis) -> Result<Vec<Rule>, TermsFault> {
    let folded: String = text.trim().nfkc().collect();
    if folded.is_empty() {
        return Err(TermsFault::Blank);
    }
    let parts = parts_of(&folded);
    let alone = parts.len() == 1;
    let parts = parts.into_iter().map(|part| Part::read(part, basis)).collect::<Result<Vec<_>, _>>()?;
    let given: i128 = parts.iter().filter_map(|part| part.share).map(|share| i128::from(share.units())).sum();
    let mut left = i128::from(Rate::ONE.units()) - given;
    let mut rules = Vec::with_capacity(parts.len());
    for Part { text, share, takes_rest, kind, timing } in parts {
        let share = match share {
            Some(share) => share,
            // The rest goes to the first part that asks for it.
            None if alone || (takes_rest && left > 0) => {
                let rest = i64::try_from(left).map(Rate::from_units).unwrap_or_default();
                left = 0;
                rest
            }
            None if takes_rest => Rate::ZERO,
            None => return Err(TermsFault::ShareMissing { part: text.to_owned() }),
        };
        if share == Rate::ZERO {
            return Err(TermsFault::ShareNothing { part: text.to_owned() });
        }
        rules.push(Rule { share, kind, timing });
    }
    check_whole(&rules)?;
    Ok(rules)
}

/// The percentages of terms add up to 100%, exactly: three times 33.33% do not.
fn check_whole(rules: &[Rule]) -> Result<(), TermsFault> {
    let sum: i128 = rules.iter().map(|rule| i128::from(rule.share.units())).sum();
    let whole = i128::from(Rate::ONE.units());
    // A rate has ten decimals, so as a percentage it has eight.
    let percent = Exact::from_scaled(sum, 8);
    if sum == whole { Ok(()) } else { Err(TermsFault::SharesNotWhole { percent }) }
}

/// The text cut at its separators, and before a Chinese word for the rest.
fn parts_of(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in text.split(SEPARATORS).map(str::trim) {
        let cut = REST_WORDS.iter().filter_map(|word| part.find(word)).filter(|&at| at > 0).min();
        let (first, rest) = part.split_at(cut.unwrap_or(part.len()));
        parts.push(first.trim());
        parts.extend((!rest.is_empty()).then_some(rest));
    }
    parts
}

/// One part of the terms.
struct Part<'t> {
    /// As written.
    text: &'t str,
    /// Its percentage, where it has one.
    share: Option<Rate>,
    /// Whether it takes what the others leave.
    takes_rest: bool,
    kind: TrancheKind,
    timing: Timing,
}

impl<'t> Part<'t> {
    fn read(text: &'t str, basis: MonthlyBasis) -> Result<Part<'t>, TermsFault> {
        let form = without_blanks(&text.to_lowercase());
        Part::of(text, &form, basis).ok_or_else(|| TermsFault::Unreadable { part: text.to_owned() })
    }

    fn of(text: &'t str, form: &str, basis: MonthlyBasis) -> Option<Part<'t>> {
        let rest = REST_WORDS.iter().find_map(|word| form.strip_prefix(word));
        let rest = rest.or_else(|| form.strip_prefix("rest "));
        let takes_rest = rest.is_some();
        let form = rest.unwrap_or(form);
        let Some((share, when, leads)) = without_share(form)? else {
            let (kind, timing) =
                bare(form).map(|timing| (TrancheKind::Price, timing)).or_else(|| when_due(form, basis))?;
            return Some(Part { text, share: None, takes_rest, kind, timing });
        };
        // Beside its percentage an event needs no time: 到货60%, 60%到货. A number alone would not say what it is.
        let on_the_day = || Some((TrancheKind::Price, Timing::on(chinese_event(&when)?)));
        let bare_rest = if leads && takes_rest { bare(&when) } else { None };
        let (kind, timing) = bare_rest
            .map(|timing| (TrancheKind::Price, timing))
            .or_else(|| when_due(&when, basis))
            .or_else(on_the_day)?;
        Some(Part { text, share: Some(share), takes_rest: false, kind, timing })
    }
}

/// The part's percentage, the form without it, and whether it stood in front: `60%sign`, or in Chinese behind the
/// word, 货到60%30天. `Some(None)` where there is none, `None` where it is no percentage.
#[expect(clippy::option_option, reason = "no percentage is one thing, a broken one another")]
fn without_share(form: &str) -> Option<Option<(Rate, String, bool)>> {
    let Some(end) = form.find('%') else { return Some(None) };
    let start = form[..end].rfind(|c: char| !c.is_ascii_digit() && c != '.');
    let start = start.map_or(0, |at| at + form[at..].chars().next().map_or(1, char::len_utf8));
    let (before, after) = (&form[..start], &form[end + 1..]);
    let is_chinese = |text: &str| text.chars().all(|c| !c.is_ascii());
    if !before.is_empty() && !is_chinese(before) {
        return None;
    }
    Some(Some((percentage(&form[start..=end])?, format!("{before}{after}"), before.is_empty())))
}

/// The text without its blanks, save one where without it two numbers or two words would become one.
fn without_blanks(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut joined = words.next().unwrap_or_default().to_owned();
    for word in words {
        if would_run_together(joined.chars().last(), word.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

fn would_run_together(before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return false };
    let both = |kind: fn(&char) -> bool| kind(&before) && kind(&after);
    both(char::is_ascii_digit) || both(char::is_ascii_alphabetic)
}

/// A bare `30`, 30天 or 3个月 counts from the invoice; 30日 may as well be the 30th of each month.
fn bare(form: &str) -> Option<Timing> {
    let (months, days) = count_or_duration(form).filter(|_| !form.contains('日'))?;
    Some(Timing { months, days, ..Timing::on(Event::Invoice) })
}

/// Every form of when, but a bare number.
fn when_due(form: &str, basis: MonthlyBasis) -> Option<(TrancheKind, Timing)> {
    if let Some(retained) = form.strip_prefix("retention") {
        return Some((TrancheKind::Retention, retention(retained.trim_start())?));
    }
    if let Some(retained) = RETENTION_WORDS.iter().find_map(|word| form.strip_prefix(word)) {
        let (months, days) = chinese_duration(retained)?;
        return Some((TrancheKind::Retention, Timing { months, days, ..Timing::on(Event::Sign) }));
    }
    let whole = WHOLE_FORMS.iter().find(|(word, _)| *word == form).map(|&(_, event)| Timing::on(event));
    let timing = whole
        .or_else(|| monthly(form, basis))
        .or_else(|| chinese(form))
        .or_else(|| net_or_eom(form))
        .or_else(|| english(form))
        .or_else(|| plain(form))?;
    Some((TrancheKind::Price, timing))
}

/// Retention money in English: `retention sign+365`, `retention+365`, `retention 12 months`, from the signature on.
fn retention(when: &str) -> Option<Timing> {
    let from_signature = |when: &str| {
        let (months, days) = count_or_duration(when.strip_prefix('+').unwrap_or(when))?;
        Some(Timing { months, days, ..Timing::on(Event::Sign) })
    };
    from_signature(when).or_else(|| english(when)).or_else(|| plain(when))
}

/// 月结30天 by its reading, and 次月结30天.
fn monthly(form: &str, basis: MonthlyBasis) -> Option<Timing> {
    let invoice = Timing::on(Event::Invoice);
    if let Some(after) = form.strip_prefix("次月结") {
        let (months, days) = chinese_duration(after)?;
        // From the first of the next month: the day after this month's end.
        return Some(Timing { end_of_month: true, months, days: days + 1, ..invoice });
    }
    // 月结30日 may as well be the 30th of each month.
    let (months, days) = chinese_duration(form.strip_prefix("月结")?).filter(|_| !form.contains('日'))?;
    Some(match basis {
        MonthlyBasis::EomPlusDays => Timing { end_of_month: true, months, days, ..invoice },
        MonthlyBasis::InvoicePlusDays => Timing { months, days, ..invoice },
        MonthlyBasis::EomMonths => {
            let months = months + u32::try_from(days / 30).unwrap_or_default();
            Timing { end_of_month: true, months, days: days % 30, ..invoice }
        }
    })
}

/// An event in Chinese and how long after it: 票到30天, 验收后3个月内付款.
fn chinese(form: &str) -> Option<Timing> {
    CHINESE_EVENTS.iter().find_map(|&(word, event, end_of_month)| {
        let (months, days) = chinese_duration(form.strip_prefix(word)?)?;
        Some(Timing { event, end_of_month, months, days })
    })
}

/// An event in Chinese by itself, save a month's end.
fn chinese_event(form: &str) -> Option<Event> {
    let word = form.strip_suffix('后').unwrap_or(form);
    CHINESE_EVENTS.iter().find(|(name, _, eom)| *name == word && !eom).map(|&(_, event, _)| event)
}

/// How long after an event, in Chinese: 30天, 后30天内, 满12个月后付款.
fn chinese_duration(text: &str) -> Option<(u32, i64)> {
    let text = ["付款", "支付", "付清"].iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text);
    let text = text.strip_suffix(['内', '后']).unwrap_or(text);
    duration(text.strip_prefix(['后', '满']).unwrap_or(text))
}

/// `net 30`, `net 30 eom`, `eom 30`, `eom+1m`, all from the invoice.
fn net_or_eom(form: &str) -> Option<Timing> {
    let (time, end_of_month) = match form.strip_prefix("net") {
        Some(time) => time.strip_suffix("eom").map_or((time, false), |time| (time, true)),
        None => (form.strip_prefix("eom")?, true),
    };
    let (months, days) = count_or_duration(time.trim().trim_start_matches('+'))?;
    Some(Timing { end_of_month, months, days, ..Timing::on(Event::Invoice) })
}

/// `30 days after delivery`, `1 month after invoice month end`, `45 days from invoice date`.
fn english(form: &str) -> Option<Timing> {
    let (time, from) = form.split_once(" after ").or_else(|| form.split_once(" from "))?;
    let (months, days) = duration(time)?;
    let from = from.strip_prefix("the ").unwrap_or(from);
    let end_of_month = from.strip_suffix("month end").map(str::trim_end);
    let event = match end_of_month.unwrap_or(from) {
        "" => Event::Invoice,
        name => ENGLISH_EVENTS.iter().find(|(word, _)| *word == name)?.1,
    };
    Some(Timing { event, end_of_month: end_of_month.is_some(), months, days })
}

/// `EVENT[.eom][+MONTHSm][+DAYS]`.
fn plain(form: &str) -> Option<Timing> {
    let (start, time) = form.split_once('+').map_or((form, None), |(start, time)| (start, Some(time)));
    let (months, days) = match time {
        None => (0, 0),
        Some(time) => match time.split_once('+') {
            Some((months, days)) => (count(months.strip_suffix('m')?)?, count(days)?),
            None => match time.strip_suffix('m') {
                Some(months) => (count(months)?, 0),
                None => (0, count(time)?),
            },
        },
    };
    let (event, end_of_month) = start.strip_suffix(".eom").map_or((start, false), |event| (event, true));
    Some(Timing { event: Event::named(event)?, end_of_month, months, days: i64::from(days) })
}

/// A bare number is days.
fn count_or_duration(text: &str) -> Option<(u32, i64)> {
    count(text).map(|days| (0, i64::from(days))).or_else(|| duration(text))
}

/// So many months, so many days, or both: 1个月15天, `3 months`, 1年.
fn duration(text: &str) -> Option<(u32, i64)> {
    const MONTHS: [(&str, u32); 8] = [
        ("个月", 1),
        ("年", 12),
        ("months", 1),
        ("month", 1),
        ("m", 1),
        ("years", 12),
        ("year", 12),
        ("y", 12),
    ];
    const DAYS: [&str; 5] = ["天", "日", "days", "day", "d"];
    let (number, unit) = leading_count(text)?;
    let only_days = |number: u32, unit: &str| DAYS.contains(&unit).then_some(i64::from(number));
    if let Some(days) = only_days(number, unit) {
        return Some((0, days));
    }
    let (rest, months) =
        MONTHS.iter().find_map(|&(word, months)| Some((unit.strip_prefix(word)?, number * months)))?;
    if rest.is_empty() {
        return Some((months, 0));
    }
    let (number, unit) = leading_count(rest)?;
    Some((months, only_days(number, unit)?))
}

/// The number at the beginning, and what follows it.
fn leading_count(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((count(&text[..end])?, &text[end..]))
}

/// A number of days or months: up to four digits.
fn count(text: &str) -> Option<u32> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A percentage written with digits and perhaps a point: `30%`, `33.33%`.
fn percentage(text: &str) -> Option<Rate> {
    let digits = text.strip_suffix('%')?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { Rate::parse_percent(text).ok() } else { None }
}
