//! What a person should know about the books themselves: the rows of `findings.csv`.

use crate::documents::customers::Customers;
use crate::documents::invoices::{Absence, AbsentRed, Invoices, Unnamed};
use crate::ids::{Id, Invoice};
use crate::input::Kind;
use crate::lang::{Lang, Word};
use crate::money::Money;
use crate::report::{Cell, Column, headings};

/// The kinds of findings about the books, in the order of their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingCode {
    /// A bill has fallen due: somebody must confirm that it was paid.
    BillMatured,
    /// A total row of a file does not agree with the rows above it.
    ControlTotal,
    /// The allowance's coverage is out of its range.
    Coverage,
    /// Several customers share the name or tax id by which a document names its customer.
    CustomerAmbiguous,
    /// Documents name a customer that customers.csv does not have.
    CustomerUnknown,
    /// More of an invoice is disputed than is open of it.
    DisputeExceeds,
    /// Rows alike in every column recv reads.
    DuplicateRows,
    /// An extension grants no later day than the due date.
    ExtensionIdle,
    /// The goods of an invoice are named in a list that is not here.
    GoodsListed,
    /// A heading means nothing to recv, and is nearly one that would.
    HeadingUnknown,
    /// An invoice is marked as irregular (失控, 异常).
    InvoiceIrregular,
    /// An invoice's stated total is not the sum of its lines.
    InvoiceTotal,
    /// A fully digital invoice stands under its 20 digits, and under its code and number too.
    InvoiceTwice,
    /// Money was due before the invoice, and is still open.
    PrepaidUnpaid,
    /// Red invoices take back more than their blue one bills.
    RedExceeds,
    /// An invoice is marked as reversed, and no red invoice names it.
    RedMissing,
    /// Refunds exceed what a customer had to its credit.
    RefundExceedsCredit,
    /// A payment, a red invoice, a dispute or an extension names an invoice that is not there, or can't be meant.
    UnknownInvoice,
    /// A payment names an order or a contract that is not there, or an open invoice an order, whose terms it would have.
    UnknownOrder,
    /// A fully digital invoice is marked as void.
    VoidDigital,
}

impl FindingCode {
    /// The code, and what a table says.
    pub const fn word(self) -> Word {
        match self {
            FindingCode::BillMatured => Word { code: "BILL_MATURED", en: "BILL_MATURED", zh: "票据到期" },
            FindingCode::ControlTotal => {
                Word { code: "CONTROL_TOTAL", en: "CONTROL_TOTAL", zh: "合计不符" }
            }
            FindingCode::CustomerAmbiguous => {
                Word { code: "CUSTOMER_AMBIGUOUS", en: "CUSTOMER_AMBIGUOUS", zh: "客户不明" }
            }
            FindingCode::CustomerUnknown => {
                Word { code: "CUSTOMER_UNKNOWN", en: "CUSTOMER_UNKNOWN", zh: "客户未建档" }
            }
            FindingCode::Coverage => Word { code: "COVERAGE", en: "COVERAGE", zh: "覆盖率" },
            FindingCode::DisputeExceeds => {
                Word { code: "DISPUTE_EXCEEDS", en: "DISPUTE_EXCEEDS", zh: "争议超额" }
            }
            FindingCode::DuplicateRows => {
                Word { code: "DUPLICATE_ROWS", en: "DUPLICATE_ROWS", zh: "重复行" }
            }
            FindingCode::ExtensionIdle => {
                Word { code: "EXTENSION_IDLE", en: "EXTENSION_IDLE", zh: "展期无效" }
            }
            FindingCode::GoodsListed => {
                Word { code: "GOODS_LISTED", en: "GOODS_LISTED", zh: "货物见清单" }
            }
            FindingCode::HeadingUnknown => {
                Word { code: "HEADING_UNKNOWN", en: "HEADING_UNKNOWN", zh: "表头不识" }
            }
            FindingCode::InvoiceIrregular => {
                Word { code: "INVOICE_IRREGULAR", en: "INVOICE_IRREGULAR", zh: "发票异常" }
            }
            FindingCode::InvoiceTotal => {
                Word { code: "INVOICE_TOTAL", en: "INVOICE_TOTAL", zh: "发票合计不符" }
            }
            FindingCode::InvoiceTwice => {
                Word { code: "INVOICE_TWICE", en: "INVOICE_TWICE", zh: "一票两号" }
            }
            FindingCode::PrepaidUnpaid => {
                Word { code: "PREPAID_UNPAID", en: "PREPAID_UNPAID", zh: "预付未收" }
            }
            FindingCode::RedExceeds => Word { code: "RED_EXCEEDS", en: "RED_EXCEEDS", zh: "红票超额" },
            FindingCode::RedMissing => Word { code: "RED_MISSING", en: "RED_MISSING", zh: "红票缺失" },
            FindingCode::RefundExceedsCredit => {
                Word { code: "REFUND_EXCEEDS_CREDIT", en: "REFUND_EXCEEDS_CREDIT", zh: "退款超额" }
            }
            FindingCode::UnknownInvoice => {
                Word { code: "UNKNOWN_INVOICE", en: "UNKNOWN_INVOICE", zh: "发票不存在" }
            }
            FindingCode::UnknownOrder => {
                Word { code: "UNKNOWN_ORDER", en: "UNKNOWN_ORDER", zh: "订单不存在" }
            }
            FindingCode::VoidDigital => {
                Word { code: "VOID_DIGITAL", en: "VOID_DIGITAL", zh: "数电票作废" }
            }
        }
    }

    /// What has to be done about it.
    pub const fn advice(self) -> Word {
        match self {
            FindingCode::BillMatured => Word {
                code: "bill fell due; confirm that it was paid",
                en: "bill fell due; confirm that it was paid",
                zh: "票据已到期，请确认兑付",
            },
            FindingCode::ControlTotal => Word {
                code: "a total row of the file does not agree with its rows",
                en: "a total row of the file does not agree with its rows",
                zh: "文件的合计行与明细不符",
            },
            FindingCode::CustomerAmbiguous => Word {
                code: "names a customer by what several customers share; give the customer_id, or input.customer_aliases",
                en: "names a customer by what several customers share; give the customer_id, or input.customer_aliases",
                zh: "该名称或税号为多个客户共用，无法确定客户；请填写 customer_id 或 input.customer_aliases",
            },
            FindingCode::CustomerUnknown => Word {
                code: "is not in customers.csv: no name, industry, grade or terms of its own are known",
                en: "is not in customers.csv: no name, industry, grade or terms of its own are known",
                zh: "不在 customers.csv 中：其名称、行业、信用等级、付款条件均不详",
            },
            FindingCode::Coverage => Word {
                code: "coverage out of its range",
                en: "coverage out of its range",
                zh: "覆盖率超出范围",
            },
            FindingCode::DisputeExceeds => Word {
                code: "so much more of it is disputed than is open",
                en: "so much more of it is disputed than is open",
                zh: "争议金额超出未收金额的部分",
            },
            FindingCode::DuplicateRows => Word {
                code: "rows alike in every column; all are counted",
                en: "rows alike in every column; all are counted",
                zh: "各列完全相同的行，均已计入",
            },
            FindingCode::ExtensionIdle => Word {
                code: "its extension grants no later day than it is due anyway",
                en: "its extension grants no later day than it is due anyway",
                zh: "展期后的日期不晚于原到期日，不起作用",
            },
            FindingCode::GoodsListed => Word {
                code: "goods are named in a list elsewhere; compared by amount alone",
                en: "goods are named in a list elsewhere; compared by amount alone",
                zh: "货物见销货清单，仅按金额核对",
            },
            FindingCode::HeadingUnknown => Word {
                code: "this heading is not known, so its column is not read",
                en: "this heading is not known, so its column is not read",
                zh: "不认识的表头，该列未读取",
            },
            FindingCode::InvoiceIrregular => Word {
                code: "marked as irregular by the tax bureau; it counts",
                en: "marked as irregular by the tax bureau; it counts",
                zh: "税务状态异常或失控，仍计入",
            },
            FindingCode::InvoiceTotal => Word {
                code: "its stated total is not the sum of its lines",
                en: "its stated total is not the sum of its lines",
                zh: "发票合计与明细行之和不符",
            },
            FindingCode::InvoiceTwice => Word {
                code: "has rows under both of its numbers; all are counted",
                en: "has rows under both of its numbers; all are counted",
                zh: "同一发票以两个号码出现，均已计入",
            },
            FindingCode::PrepaidUnpaid => Word {
                code: "was due before the invoice and is still open",
                en: "was due before the invoice and is still open",
                zh: "应在开票前付清，仍未收到",
            },
            FindingCode::RedExceeds => Word {
                code: "red invoices take back more than it bills; the rest is the customer's credit",
                en: "red invoices take back more than it bills; the rest is the customer's credit",
                zh: "红票金额超过蓝票，超出部分计入客户未核销款",
            },
            FindingCode::RedMissing => Word {
                code: "marked as reversed, and its red invoice is not in the books",
                en: "marked as reversed, and its red invoice is not in the books",
                zh: "标为已红冲，但账中没有对应红票",
            },
            FindingCode::RefundExceedsCredit => Word {
                code: "refunds exceed the customer's credit",
                en: "refunds exceed the customer's credit",
                zh: "退款超过客户的贷方余额",
            },
            FindingCode::UnknownInvoice => Word {
                code: "names an invoice that is not in the books",
                en: "names an invoice that is not in the books",
                zh: "所注发票不在账中",
            },
            FindingCode::UnknownOrder => Word {
                code: "names an order or contract that is not in the books, or of which all invoices are another customer's or in another currency",
                en: "names an order or contract that is not in the books, or of which all invoices are another customer's or in another currency",
                zh: "所注订单或合同不在账中，或其发票均属其他客户或为其他币种",
            },
            FindingCode::VoidDigital => Word {
                code: "a fully digital invoice can't be void, only reversed; it is left out",
                en: "a fully digital invoice can't be void, only reversed; it is left out",
                zh: "数电票不能作废，只能红冲；已剔除",
            },
        }
    }
}

impl Unnamed {
    /// Why, in words.
    fn say(&self, lang: Lang) -> String {
        match self {
            Unnamed::Absent => lang
                .pick(
                    "names an invoice that is not in the books at that day: absent, void, or dated later",
                    "所注发票截至该日不在账中：没有、已作废或日期更晚",
                )
                .to_owned(),
            Unnamed::OtherCustomer(customer) => lang.pick(
                format!("names an invoice of another customer, {customer}"),
                format!("所注发票属于其他客户 {customer}"),
            ),
            Unnamed::OtherCurrency(currency) => lang.pick(
                format!("names an invoice in another currency, {currency}"),
                format!("所注发票的币种为 {currency}，与之不同"),
            ),
            Unnamed::Red => lang
                .pick(
                    "names an invoice that bills nothing: a red one, or one of no amount",
                    "所注发票为红票或无金额",
                )
                .to_owned(),
            Unnamed::NoSuchCustomer => {
                lang.pick("names a customer_id that is not in the books", "所注客户编码不在账中").to_owned()
            }
            Unnamed::Several => lang
                .pick(
                    "names several invoices of one number; give code and number in one, or customer_id",
                    "所注号码对应多张发票；请连同发票代码填写，或注明 customer_id",
                )
                .to_owned(),
        }
    }
}

/// That the red invoice which a blue one misses is there, and why it does not count.
fn say_absent(red: &AbsentRed, lang: Lang) -> String {
    let number = &red.number;
    match red.absence {
        Absence::Void => lang.pick(
            format!("marked as reversed, and its red invoice {number} is void"),
            format!("标为已红冲，但对应红票 {number} 已作废"),
        ),
        Absence::Later(day) => lang.pick(
            format!("marked as reversed, and its red invoice {number} is dated {day}, after the as-of date"),
            format!("标为已红冲，但对应红票 {number} 的日期 {day} 晚于截止日"),
        ),
    }
}

/// A row of `findings.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookFinding {
    /// What kind it is.
    pub code: FindingCode,
    /// The customer; empty where it is about a file.
    pub customer_id: String,
    /// The document or file; empty where it is about the customer.
    pub document: String,
    /// The money it is about; `None` where it is about none: rows, headings, days, extensions.
    pub amount: Option<Money>,
    /// The currency of the money, where there is one.
    pub currency: Option<Box<str>>,
    /// What else there is to say.
    pub detail: Option<Detail>,
}

/// What a finding says beside its code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// How many rows it is about.
    Rows(u64),
    /// Of two figures that should agree, what is stated and what it should be.
    Figures([String; 2]),
    /// The red invoice that a blue one misses, which is there and does not count.
    AbsentRed(AbsentRed),
    /// In a file of this kind, why the invoice that is named can't be meant.
    Unnamed(Kind, Unnamed),
    /// The column that a heading was perhaps meant to be.
    Column(&'static str),
    /// Of an invoice, the order that is not in the books, and the terms that it has instead: the customer's, or those of
    /// the policy.
    WithoutOrder {
        /// The order's number.
        order: String,
        /// The terms.
        terms: String,
        /// Whether the customer has them.
        of_customer: bool,
    },
    /// Of a ratio, how great it is, and the range that it should be in.
    OutOfRange {
        /// The ratio.
        ratio: String,
        /// The ends of the range.
        range: [String; 2],
        /// Whether the ratio is below it.
        below: bool,
    },
}

impl BookFinding {
    /// A finding about a document.
    pub fn new(code: FindingCode, customer_id: &str, document: &str, amount: Money) -> BookFinding {
        BookFinding {
            code,
            customer_id: customer_id.to_owned(),
            document: document.to_owned(),
            amount: Some(amount),
            currency: None,
            detail: None,
        }
    }

    /// UNKNOWN_INVOICE: that a document, or a row of this kind of file, names no invoice that it could be about.
    pub fn unnamed(
        kind: Kind,
        customer_id: &str,
        document: &[u8],
        amount: Option<Money>,
        why: Unnamed,
    ) -> BookFinding {
        let document = String::from_utf8_lossy(document);
        let finding = BookFinding::new(FindingCode::UnknownInvoice, customer_id, &document, Money::ZERO);
        BookFinding { amount, detail: Some(Detail::Unnamed(kind, why)), ..finding }
    }

    /// The same about money in this currency.
    #[must_use]
    pub fn in_currency(self, currency: &str) -> BookFinding {
        BookFinding { currency: Some(currency.into()), ..self }
    }

    /// What it says, in words.
    pub fn what(&self, lang: Lang) -> String {
        let advice = self.code.advice().say(lang);
        match &self.detail {
            Some(Detail::AbsentRed(red)) => say_absent(red, lang),
            Some(Detail::Unnamed(kind @ (Kind::Disputes | Kind::Extensions), why)) => {
                format!("{}.csv{}{}", kind.name(), lang.pick(": ", "："), why.say(lang))
            }
            Some(Detail::Unnamed(_, why)) => why.say(lang),
            Some(Detail::Column(column)) => lang.pick(
                format!("{advice}; perhaps {column} was meant"),
                format!("{advice}；可能是指 {column}"),
            ),
            Some(Detail::Rows(rows)) => say_duplicates(*rows, lang),
            Some(Detail::WithoutOrder { order, terms, of_customer }) => {
                say_without_order((order, terms, *of_customer), lang)
            }
            Some(Detail::OutOfRange { ratio, range: [least, most], below: true }) => lang.pick(
                format!("coverage {ratio} is below {least}-{most}: so much allowance is missing"),
                format!("覆盖率 {ratio}，低于 {least}-{most}，准备尚缺此数"),
            ),
            Some(Detail::OutOfRange { ratio, range: [least, most], below: false }) => lang.pick(
                format!("coverage {ratio} is above {least}-{most}: so much allowance is free"),
                format!("覆盖率 {ratio}，高于 {least}-{most}，准备多出此数"),
            ),
            Some(Detail::Figures([total, taken_back])) if self.code == FindingCode::RedMissing => lang.pick(
                format!("marked as reversed in full, {total}, and red invoices take back {taken_back}"),
                format!("标为已全额红冲 {total}，而红票合计仅 {taken_back}"),
            ),
            Some(Detail::Figures([stated, found])) => lang.pick(
                format!("{advice}: {stated} stated, {found} found"),
                format!("{advice}：所列 {stated}，实为 {found}"),
            ),
            None => advice.to_owned(),
        }
    }
}

/// That an invoice's order is not in the books, and which terms it has for that.
fn say_without_order((order, terms, of_customer): (&str, &str, bool), lang: Lang) -> String {
    if of_customer {
        return lang.pick(
            format!(
                "invoice of order {order}, which is not in the books: due by the customer's terms, {terms}"
            ),
            format!("发票所注订单 {order} 不在账中，按客户付款条件（{terms}）计到期日"),
        );
    }
    lang.pick(
        format!(
            "invoice of order {order}, which is not in the books: due by receivable.default_terms, {terms}"
        ),
        format!("发票所注订单 {order} 不在账中，按 receivable.default_terms（{terms}）计到期日"),
    )
}

/// How many rows of a file are like an earlier one.
fn say_duplicates(rows: u64, lang: Lang) -> String {
    match (lang, rows) {
        (Lang::En, 1) => "1 row alike an earlier one in every column; it is counted".to_owned(),
        (Lang::En, _) => format!("{rows} rows alike earlier ones in every column; all are counted"),
        (Lang::Zh, _) => format!("{rows} 行与前面的行各列完全相同，均已计入"),
    }
}

impl PartialOrd for BookFinding {
    fn partial_cmp(&self, other: &BookFinding) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BookFinding {
    fn cmp(&self, other: &BookFinding) -> std::cmp::Ordering {
        fn key(finding: &BookFinding) -> impl Ord + '_ {
            let BookFinding { code, customer_id, document, amount, currency, detail } = finding;
            (code.word().code, customer_id, document, amount, currency, detail)
        }
        key(self).cmp(&key(other))
    }
}

/// What a person should know about invoices, whatever is done with them: RED_MISSING, VOID_DIGITAL, INVOICE_TOTAL,
/// INVOICE_TWICE and INVOICE_IRREGULAR.
pub fn of_invoices(invoices: &Invoices, customers: &Customers) -> Vec<BookFinding> {
    let finding = |code, invoice: Id<Invoice>, amount| {
        let customer = customers.text(invoices.head(invoice).customer);
        let currency = invoices.labels.text(invoices.head(invoice).currency);
        BookFinding::new(code, customer, &invoices.number(invoice), amount).in_currency(currency)
    };
    let mut findings = Vec::new();
    findings.extend(invoices.reversals_missing().into_iter().map(|missing| {
        let customer = customers.bytes(invoices.head(missing.invoice).customer);
        let total = invoices.total(missing.invoice);
        let figures = missing.taken_back.map(|taken_back| [total.grouped(), taken_back.grouped()]);
        let absent = invoices.absent_red(missing.invoice, customer).cloned();
        BookFinding {
            amount: missing.amount,
            detail: absent.map(Detail::AbsentRed).or(figures.map(Detail::Figures)),
            ..finding(FindingCode::RedMissing, missing.invoice, total)
        }
    }));
    findings.extend(
        invoices.void_digital().map(|void| {
            BookFinding::new(FindingCode::VoidDigital, &void.customer, &void.number, void.amount)
        }),
    );
    findings.extend(invoices.wrong_totals().map(|(invoice, stated)| {
        let lines = invoices.total(invoice);
        BookFinding {
            detail: Some(Detail::Figures([stated.to_string(), lines.to_string()])),
            ..finding(FindingCode::InvoiceTotal, invoice, stated - lines)
        }
    }));
    let twice = invoices.under_both_names();
    findings.extend(twice.map(|(invoice, money)| finding(FindingCode::InvoiceTwice, invoice, money)));
    let irregular = invoices.irregular();
    findings.extend(
        irregular.map(|invoice| finding(FindingCode::InvoiceIrregular, invoice, invoices.total(invoice))),
    );
    findings
}

/// The columns of `findings.csv`; what a finding says is written in this language.
pub fn columns(lang: Lang) -> Vec<Column<BookFinding>> {
    vec![
        Column::new(headings::CODE, |row| Cell::Word(row.code.word())),
        Column::new(headings::CUSTOMER_ID, |row| Cell::name(&row.customer_id)),
        Column::new(headings::DOCUMENT, |row| Cell::name(&row.document)),
        Column::new(headings::AMOUNT, |row| Cell::maybe(row.amount, Cell::Money)),
        Column::spoken(headings::WHAT, lang, |row, lang| Cell::Text(row.what(lang).into())),
        Column::new(headings::CURRENCY, |row| Cell::maybe(row.currency.as_deref(), Cell::text)),
    ]
}
