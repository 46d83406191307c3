//! Statements as a page to print: one sheet a statement, the ageing at its foot, and a reply slip to sign and send back.

use super::{LineKind, Statement};
use crate::lang::Lang;
use crate::money::Money;
use crate::report::headings;

const STYLE: &str = "\
body{font:11pt/1.5 'Noto Sans CJK SC','Microsoft YaHei','SimSun',sans-serif;margin:0;color:#000}\
article{page-break-after:always;max-width:180mm;margin:0 auto;padding:12mm 0}\
article:last-child{page-break-after:auto}\
h1{font-size:16pt;text-align:center;margin:0 0 6mm}\
table{border-collapse:collapse;width:100%;margin:3mm 0}\
th,td{border:1px solid #444;padding:1mm 2mm;text-align:left}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
section{border-top:1px dashed #444;margin-top:8mm;padding-top:4mm}\
.line{display:inline-block;border-bottom:1px solid #000;min-width:50mm}\
@page{size:A4;margin:15mm}";

/// The page. `company` is who sends it, and may be empty; `buckets` are the names of the ageing's columns.
pub fn page(statements: &[Statement], company: &str, buckets: &[String], lang: Lang) -> String {
    let title = lang.pick("Statement of account", "对账单");
    let code = lang.pick("en", "zh-CN");
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    );
    for statement in statements {
        html.push_str(&article(statement, company, buckets, lang));
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn article(statement: &Statement, company: &str, buckets: &[String], lang: Lang) -> String {
    let Statement { customer, currency, from, to, .. } = statement;
    let title = lang.pick("Statement of account", "对账单");
    let name = customer.name.as_deref().unwrap_or(&customer.id);
    let who = if name == customer.id {
        escaped(name)
    } else {
        format!("{} ({})", escaped(name), escaped(&customer.id))
    };
    let (to_label, from_label) = (lang.pick("To", "致"), lang.pick("From", "发函单位"));
    let (period, currency_label) = (lang.pick("Period", "期间"), lang.pick("Currency", "币种"));
    let sender =
        if company.is_empty() { String::new() } else { format!("<br>{from_label}: {}", escaped(company)) };
    let mut html = format!(
        "<article>\n<h1>{title}</h1>\n<p>{to_label}: {who}{sender}<br>{period}: {from} – {to}<br>{currency_label}: {}</p>\n",
        escaped(currency)
    );
    html.push_str(&lines_table(statement, lang));
    html.push_str(&closing_line(statement, lang));
    html.push_str(&ageing_table(statement, buckets, lang));
    html.push_str(&reply_slip(statement, lang));
    html.push_str("</article>\n");
    html
}

fn lines_table(statement: &Statement, lang: Lang) -> String {
    let heading = |heading: &crate::report::Heading| escaped(heading.say(lang));
    let mut html = format!(
        "<table>\n<tr><th>{}</th><th>{}</th><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th></tr>\n",
        heading(&headings::DATE),
        heading(&headings::KIND),
        heading(&headings::DOCUMENT),
        heading(&headings::DEBIT),
        heading(&headings::CREDIT),
        heading(&headings::BALANCE),
    );
    for line in &statement.lines {
        let date = line.date.map(|date| date.to_string()).unwrap_or_default();
        let is_debit = line.amount.is_some_and(|amount| !amount.is_negative());
        let amount = line.amount.map(|amount| amount.abs().grouped()).unwrap_or_default();
        let (debit, credit) = if is_debit { (amount, String::new()) } else { (String::new(), amount) };
        let is_bold = matches!(line.kind, LineKind::Opening | LineKind::Closing);
        let word = line.kind.word().say(lang);
        let word = if is_bold { format!("<b>{word}</b>") } else { word.to_owned() };
        let row = format!(
            "<tr><td>{date}</td><td>{word}</td><td>{}</td><td class=\"n\">{debit}</td><td class=\"n\">{credit}</td><td class=\"n\">{}</td></tr>\n",
            escaped(&line.document),
            line.balance.grouped()
        );
        html.push_str(&row);
    }
    html.push_str("</table>\n");
    html
}

/// What is owed in a sentence; yuan also in capitals where the page is Chinese.
fn closing_line(statement: &Statement, lang: Lang) -> String {
    let (to, currency) = (statement.to, escaped(&statement.currency));
    let (closing, unapplied) = (statement.closing.abs().grouped(), statement.unapplied.abs().grouped());
    let capitals = if &*statement.currency == "CNY" {
        format!("（大写：人民币{}）", statement.closing.abs().capitals())
    } else {
        String::new()
    };
    let (owed, owed_zh) = if statement.closing.is_negative() {
        ("in your favour", "结余贵公司款项")
    } else {
        ("owed by you", "应收贵公司货款")
    };
    let mut text = lang.pick(
        format!("<p>On {to} our books show {currency} <b>{closing}</b> {owed}."),
        format!("<p>截至 {to}，我公司账面{owed_zh} {currency} <b>{closing}</b>{capitals}。"),
    );
    if statement.unapplied.is_negative() {
        text += &lang.pick(
            format!(" Refunds of {unapplied} beyond your credit are included."),
            format!("其中包括超额退款 {unapplied}。"),
        );
    } else if !statement.unapplied.is_zero() {
        text += &lang.pick(
            format!(" Payments of {unapplied} not yet applied to any invoice are deducted."),
            format!("其中已扣除未核销款 {unapplied}。"),
        );
    }
    if !statement.pending.is_zero() {
        let pending = statement.pending.grouped();
        text += &lang.pick(
            format!(" Bills of {pending} that are not due yet are not deducted."),
            format!("未到期票据 {pending} 未予扣除。"),
        );
    }
    text + "</p>\n"
}

fn ageing_table(statement: &Statement, buckets: &[String], lang: Lang) -> String {
    let cells = |open: &str, texts: Vec<String>| -> String {
        let cells: Vec<String> =
            texts.into_iter().map(|text| format!("<{open} class=\"n\">{text}</{open}>")).collect();
        cells.concat()
    };
    let names = buckets.iter().map(|name| escaped(headings::bucket(name).say(lang)));
    let names = names.chain([escaped(headings::OVERDUE.say(lang))]).collect();
    let amounts = statement.buckets.iter().copied().chain([statement.overdue]).map(Money::grouped).collect();
    format!("<table>\n<tr>{}</tr>\n<tr>{}</tr>\n</table>\n", cells("th", names), cells("td", amounts))
}

fn reply_slip(statement: &Statement, lang: Lang) -> String {
    let (to, currency) = (statement.to, escaped(&statement.currency));
    let closing = statement.closing.abs().grouped();
    let (owed, owed_zh) = if statement.closing.is_negative() {
        ("in our favour", "应收贵公司")
    } else {
        ("owed to you", "应付贵公司")
    };
    let line = "<span class=\"line\">&nbsp;</span>";
    lang.pick(
        format!(
            "<section>\n<p><b>Reply</b> (please sign and return)</p>\n<p>☐ We confirm the balance of {currency} {closing} {owed} on {to}.</p>\n\
             <p>☐ Our books show {currency} {line}; the difference is due to: {line}</p>\n\
             <p>Signature and stamp: {line} &nbsp; Date: {line}</p>\n</section>\n"
        ),
        format!(
            "<section>\n<p><b>回执</b>（请签章后寄回）</p>\n<p>☐ 经核对，截至 {to} {owed_zh} {currency} {closing} 无误。</p>\n\
             <p>☐ 信息不符，我公司账面为 {currency} {line}，差异原因：{line}</p>\n\
             <p>单位签章：{line} &nbsp; 经办人：{line} &nbsp; 日期：{line}</p>\n</section>\n"
        ),
    )
}

/// A text of the books as HTML shows it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_books_is_no_markup() {
        assert_eq!(escaped("<b>\"A&B\"</b>'\u{7}"), "&lt;b&gt;&quot;A&amp;B&quot;&lt;/b&gt;&#39;");
    }
}
