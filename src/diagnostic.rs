//! What can be wrong with an input, said so that a clerk knows which cell to mend.
//!
//! What happened is data ([`Problem`]), how it is said is [`Problem::text`], in English and Chinese. Every kind has a
//! code that never changes ([`Code`]).

use crate::documents::invoice::is_digital;
use crate::input::Kind;
use crate::input::columns::{ColumnSpec, specs_of};
use crate::spelling::nearest;
use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::calendar::DateFault;
use crate::input::encoding::Encoding;
use crate::input::spreadsheet;
use crate::lang::Lang;
use crate::money::NumberFault;
use crate::terms::{FORMS_EN, FORMS_ZH};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $variant:ident = $text:literal;)*) => {
        /// The codes of messages about input files. They never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])* $variant),* }

        impl Code {
            /// Every code, with its meaning, as the help lists them.
            pub const ALL: &'static [(Code, &'static str, &'static str)] = &[$((Code::$variant, $text, concat!($($doc),*))),*];

            /// The code as printed.
            pub const fn text(self) -> &'static str {
                match self { $(Code::$variant => $text),* }
            }
        }
    };
}

codes! {
    /// a cell that should hold a number does not
    BadNumber = "BAD_NUMBER";
    /// a cell that should hold a date does not
    BadDate = "BAD_DATE";
    /// a word that recv does not know in this column
    BadWord = "BAD_WORD";
    /// a cell that must not be empty is
    ValueMissing = "VALUE_MISSING";
    /// a rate that can be read two ways
    RateAmbiguous = "RATE_AMBIGUOUS";
    /// a number that a spreadsheet has cut (2.6E+19)
    IdentifierCut = "IDENTIFIER_CUT";
    /// payment terms in no form that recv reads
    BadTerms = "BAD_TERMS";
    /// a needed column is not in the file
    ColumnMissing = "COLUMN_MISSING";
    /// two columns claim the same meaning
    ColumnAmbiguous = "COLUMN_AMBIGUOUS";
    /// a row with more or fewer cells than the heading
    RowLength = "ROW_LENGTH";
    /// a quotation mark that is never closed
    QuoteOpen = "QUOTE_OPEN";
    /// a quotation mark in the middle of a cell
    QuoteStray = "QUOTE_STRAY";
    /// a record too long to be one
    RecordTooLong = "RECORD_TOO_LONG";
    /// a control character (NUL, say)
    ControlCharacter = "CONTROL_CHARACTER";
    /// a byte that is neither UTF-8 nor GB18030
    BadEncoding = "BAD_ENCODING";
    /// a file that can be read in two encodings
    EncodingAmbiguous = "ENCODING_AMBIGUOUS";
    /// amounts in a unit such as 万元, which the policy has not confirmed
    UnitUnconfirmed = "UNIT_UNCONFIRMED";
    /// a workbook that is broken, protected, or no workbook at all
    SpreadsheetUnreadable = "SPREADSHEET_UNREADABLE";
    /// a workbook larger than recv opens
    SpreadsheetTooLarge = "SPREADSHEET_TOO_LARGE";
    /// a sheet that is not in the workbook
    SheetUnknown = "SHEET_UNKNOWN";
    /// a file without even a heading
    FileEmpty = "FILE_EMPTY";
    /// an order line that comes twice
    OrderLineTwice = "ORDER_LINE_TWICE";
    /// an order of which some lines have a line number and some not
    LineNoMissing = "LINE_NO_MISSING";
    /// a payment number that comes twice
    PaymentTwice = "PAYMENT_TWICE";
    /// a customer that comes twice
    CustomerTwice = "CUSTOMER_TWICE";
    /// two rows of one invoice that contradict each other
    InvoiceConflict = "INVOICE_CONFLICT";
    /// an invoice line without gross amount, and without net amount and tax
    AmountMissing = "AMOUNT_MISSING";
    /// a net price without a tax rate
    TaxRateMissing = "TAX_RATE_MISSING";
    /// a commercial bill without its maturity date
    MaturityMissing = "MATURITY_MISSING";
    /// a row alike in every column to an earlier one, where the policy refuses such rows
    DuplicateRow = "DUPLICATE_ROW";
    /// a link of an invoice, or of a row of it, that is not in the books
    LinkInvoiceUnknown = "LINK_INVOICE_UNKNOWN";
    /// a link to an order line that is not in the books, or not to be told from others
    LinkOrderUnknown = "LINK_ORDER_UNKNOWN";
    /// two links of the same invoice line
    LinkTwice = "LINK_TWICE";
    /// a day that the calendar calls a holiday and a workday
    DayConflict = "DAY_CONFLICT";
    /// an invoice is extended to two days by approvals of one day
    ExtensionConflict = "EXTENSION_CONFLICT";
    /// a currency has two rates on one day
    RateConflict = "RATE_CONFLICT";
}

/// Why a spreadsheet can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpreadsheetFault {
    /// It breaks the rules of its format; holds how.
    Broken(String),
    /// It can't be read without a password.
    Protected,
    /// A web page or an XML document under a spreadsheet's name.
    Markup,
    /// recv was built without the feature.
    NotBuilt,
}

/// What a spreadsheet has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// Bytes.
    File,
    /// Bytes once it is unpacked.
    Unpacked,
    /// Cells between the first and the last one.
    Cells,
    /// Text.
    Text,
}

impl Excess {
    fn english(self) -> String {
        match self {
            Excess::File => format!("{} MiB", spreadsheet::MOST_FILE_MIB),
            Excess::Unpacked => format!("{} MiB once unpacked", spreadsheet::MOST_UNPACKED_MIB),
            Excess::Cells => {
                format!("{} million cells (rows × columns)", spreadsheet::MOST_CELLS / 1_000_000)
            }
            Excess::Text => format!("{} MiB of text", spreadsheet::MOST_TEXT_MIB),
        }
    }

    fn chinese(self) -> String {
        match self {
            Excess::File => format!(" {} MiB", spreadsheet::MOST_FILE_MIB),
            Excess::Unpacked => format!("解压后 {} MiB", spreadsheet::MOST_UNPACKED_MIB),
            Excess::Cells => format!(" {} 万个单元格（行 × 列）", spreadsheet::MOST_CELLS / 10_000),
            Excess::Text => format!(" {} MiB 文字", spreadsheet::MOST_TEXT_MIB),
        }
    }
}

/// What is wrong at one place of an input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not a number: the text, and why.
    Number(String, NumberFault),
    /// Not a date: the text, and why.
    Date(String, DateFault),
    /// A word that is none of those allowed.
    Word(String, Vec<&'static str>),
    /// An empty cell that must hold something.
    Missing,
    /// A bare `1` as a rate.
    BareOne(String),
    /// A rate out of range or too long.
    RateRange(String),
    /// A number cut by a spreadsheet where an identifier should stand.
    Cut(String),
    /// Terms in no known form.
    Terms(String),
    /// A needed column is missing; holds its name, the columns that would do as well, and the headings found.
    NoColumn(&'static ColumnSpec, Vec<String>),
    /// Two headings claim one column.
    TwoColumns(&'static ColumnSpec, String, String),
    /// The row has `found` cells, the heading `expected`.
    RowLength {
        /// Cells of the heading.
        expected: usize,
        /// Cells of the row.
        found: usize,
        /// What may be an amount that its commas have split, where there is such.
        amount: Option<String>,
    },
    /// A quotation mark is never closed.
    QuoteOpen,
    /// A quotation mark in the middle of a cell.
    QuoteStray,
    /// A record of more than 1 MiB.
    TooLong,
    /// A control character.
    Control,
    /// The byte at this offset fits no encoding.
    Encoding(u64),
    /// The byte at this offset does not fit the encoding that the file's mark or the user states.
    NotInEncoding(&'static str, u64),
    /// As good in UTF-8 as in GB18030.
    EncodingAmbiguous,
    /// Amounts are in this unit.
    LargeUnit(&'static str),
    /// A spreadsheet that can't be read.
    Spreadsheet(SpreadsheetFault),
    /// A spreadsheet that would take too much memory.
    SpreadsheetTooLarge(Excess),
    /// No sheet of this name; those that there are.
    NoSheet(String, Vec<String>),
    /// Not even a heading.
    EmptyFile,
    /// The order line stands already at the place given.
    OrderLineTwice(String, String),
    /// A line of this order has no line number while others have.
    LineNoMissing(String),
    /// The payment stands already at the place given.
    PaymentTwice(String, String),
    /// The customer stands already at the place given.
    CustomerTwice(String, String),
    /// An earlier row of the invoice says otherwise: invoice, its value, the value here.
    InvoiceConflict(String, String, String),
    /// Neither gross amount nor net amount and tax.
    NoAmount,
    /// A net price needs a tax rate.
    NoTaxRate,
    /// A bill that settles at maturity needs its date.
    NoMaturity(String),
    /// Alike in every column to the row at the place given.
    DuplicateRow(String),
    /// Not the number of a row: 1, 2, ...
    RowNumber(String),
    /// A link names an invoice that is not in the books.
    LinkNoInvoice(String),
    /// A link names a row that the invoice does not have: the invoice, the row, how many it has.
    LinkNoRow(String, u32, u32),
    /// A link names an order line that is not in the books.
    LinkNoOrderLine(String),
    /// A link names an order without saying which line, and the goods of the invoice's row do not say it either.
    LinkUnclear(String),
    /// The invoice line is linked already at the place given.
    LinkTwice(String, String),
    /// A number that must be above zero.
    NotPositive(String),
    /// A dispute was closed on a day before the one on which it was opened.
    BeforeOpened(NaiveDate, NaiveDate),
    /// The invoice is extended to another day by an approval of the same day at the place given.
    ExtensionTwice(String, String),
    /// The company's own currency has a rate other than 1.
    OwnRate(String),
    /// The currency's rate of the day is another one at the place given.
    RateTwice(String, NaiveDate, String),
    /// The day is called otherwise at the place given.
    DayTwice(NaiveDate, String),
}

impl Problem {
    /// The code of the problem.
    pub const fn code(&self) -> Code {
        match self {
            Problem::Number(_, NumberFault::Blank)
            | Problem::Date(_, DateFault::Blank)
            | Problem::Missing => Code::ValueMissing,
            Problem::Number(..)
            | Problem::RateRange(_)
            | Problem::RowNumber(_)
            | Problem::NotPositive(_)
            | Problem::OwnRate(_) => Code::BadNumber,
            Problem::Date(..) | Problem::BeforeOpened(..) => Code::BadDate,
            Problem::Word(..) => Code::BadWord,
            Problem::BareOne(_) => Code::RateAmbiguous,
            Problem::Cut(_) => Code::IdentifierCut,
            Problem::Terms(_) => Code::BadTerms,
            Problem::NoColumn(..) => Code::ColumnMissing,
            Problem::TwoColumns(..) => Code::ColumnAmbiguous,
            Problem::RowLength { .. } => Code::RowLength,
            Problem::QuoteOpen => Code::QuoteOpen,
            Problem::QuoteStray => Code::QuoteStray,
            Problem::TooLong => Code::RecordTooLong,
            Problem::Control => Code::ControlCharacter,
            Problem::Encoding(_) | Problem::NotInEncoding(..) => Code::BadEncoding,
            Problem::EncodingAmbiguous => Code::EncodingAmbiguous,
            Problem::LargeUnit(_) => Code::UnitUnconfirmed,
            Problem::Spreadsheet(_) => Code::SpreadsheetUnreadable,
            Problem::SpreadsheetTooLarge(_) => Code::SpreadsheetTooLarge,
            Problem::NoSheet(..) => Code::SheetUnknown,
            Problem::EmptyFile => Code::FileEmpty,
            Problem::OrderLineTwice(..) => Code::OrderLineTwice,
            Problem::LineNoMissing(_) => Code::LineNoMissing,
            Problem::PaymentTwice(..) => Code::PaymentTwice,
            Problem::CustomerTwice(..) => Code::CustomerTwice,
            Problem::InvoiceConflict(..) => Code::InvoiceConflict,
            Problem::NoAmount => Code::AmountMissing,
            Problem::NoTaxRate => Code::TaxRateMissing,
            Problem::NoMaturity(_) => Code::MaturityMissing,
            Problem::DuplicateRow(_) => Code::DuplicateRow,
            Problem::LinkNoInvoice(_) | Problem::LinkNoRow(..) => Code::LinkInvoiceUnknown,
            Problem::LinkNoOrderLine(_) | Problem::LinkUnclear(_) => Code::LinkOrderUnknown,
            Problem::LinkTwice(..) => Code::LinkTwice,
            Problem::DayTwice(..) => Code::DayConflict,
            Problem::ExtensionTwice(..) => Code::ExtensionConflict,
            Problem::RateTwice(..) => Code::RateConflict,
        }
    }

    /// The column that a problem of the whole file is about; empty where it is about none.
    pub const fn column(&self) -> &'static str {
        match self {
            Problem::NoColumn(column, ..) | Problem::TwoColumns(column, ..) => column.name,
            _ => "",
        }
    }

    /// The problem with the other place it is about filled in.
    #[must_use]
    pub fn naming(self, other: Option<String>) -> Problem {
        let Some(place) = other else { return self };
        match self {
            Problem::OrderLineTwice(line, _) => Problem::OrderLineTwice(line, place),
            Problem::PaymentTwice(payment, _) => Problem::PaymentTwice(payment, place),
            Problem::CustomerTwice(customer, _) => Problem::CustomerTwice(customer, place),
            Problem::DuplicateRow(_) => Problem::DuplicateRow(place),
            Problem::LinkTwice(line, _) => Problem::LinkTwice(line, place),
            Problem::DayTwice(day, _) => Problem::DayTwice(day, place),
            Problem::ExtensionTwice(invoice, _) => Problem::ExtensionTwice(invoice, place),
            Problem::RateTwice(currency, day, _) => Problem::RateTwice(currency, day, place),
            other => other,
        }
    }

    /// The problem of a file whose encoding was stated, not found out.
    #[must_use]
    pub fn in_encoding(self, stated: Option<Encoding>) -> Problem {
        match (self, stated) {
            (Problem::Encoding(offset), Some(encoding)) => Problem::NotInEncoding(encoding.name(), offset),
            (problem, _) => problem,
        }
    }

    /// What is wrong and what would be right, in one line.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Zh => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Problem::Number(value, fault) => match fault {
                NumberFault::Blank => "no number here; write digits, as 12000.00".to_owned(),
                NumberFault::NotANumber => {
                    format!("not a number: {}; write digits only, as 12000.00 or 12,000.00", quoted(value))
                }
                NumberFault::Exponent => {
                    format!("a number cut to an exponent: {}; format the column as a number and export again", quoted(value))
                }
                NumberFault::TooLong => format!("more than 28 digits: {}; write fewer", quoted(value)),
                NumberFault::TooManyDecimals(most) => {
                    format!("more than {most} decimals: {}; write at most {most} (in a workbook =ROUND(…,{most}))", quoted(value))
                }
                NumberFault::TooLarge => {
                    format!("too large: {}; a single figure must be below 1,000,000,000,000,000", quoted(value))
                }
            },
            Problem::Date(value, fault) => match fault {
                DateFault::Blank => "no date here; write it as 2026-01-31".to_owned(),
                DateFault::NotADate => format!("not a date: {}; write it as 2026-01-31", quoted(value)),
                DateFault::NoSuchDay => format!("no such day: {}; look it up in a calendar", quoted(value)),
                DateFault::Ambiguous => format!(
                    "a date that can be read two ways: {}; write it as 2026-01-31, or set input.dates to \"mdy\" or \"dmy\" in the policy",
                    quoted(value)
                ),
                DateFault::MonthOnly => format!("a month without a day: {}; write it as 2026-01-31", quoted(value)),
            },
            Problem::Word(value, allowed) => {
                format!("unknown word: {}; write one of {}", quoted(value), allowed.join(", "))
            }
            Problem::Missing => "no value here; fill in this cell, which must not be empty".to_owned(),
            Problem::BareOne(value) => {
                format!("a rate that can be read two ways: {}; write 1% or 100%", quoted(value))
            }
            Problem::RateRange(value) => {
                format!("not a usable rate: {}; write a percentage from 0% to 100% with at most 2 decimals, as 13%", quoted(value))
            }
            Problem::Cut(value) => format!(
                "a number that a spreadsheet has cut: {}; format the column as text and export again",
                quoted(value)
            ),
            Problem::Terms(value) => format!("payment terms not understood: {}; write {FORMS_EN}", quoted(value)),
            Problem::NoColumn(column, found) => format!(
                "no heading means {}: {}{}; head the right column {}, or name its heading in the policy under input.columns",
                [&[column.name], column.instead].concat().join(" or "),
                headings(found),
                misspelt(column.name, found).map(|heading| format!(" (perhaps {})", quoted(heading))).unwrap_or_default(),
                column.name
            ),
            Problem::TwoColumns(column, one, other) => format!(
                "two headings mean {}: {} and {}; rename one of them, or name the right one in the policy under input.columns",
                column.name,
                quoted(one),
                quoted(other)
            ),
            Problem::RowLength { expected, found, amount: Some(amount) } => format!(
                "{found} cells where the heading has {expected}, perhaps because {amount} was taken for several; put such an amount in quotation marks, \"{amount}\", or write it without commas; else remove the delimiters that are too many"
            ),
            Problem::RowLength { expected, found, .. } if found > expected => format!(
                "{found} cells where the heading has {expected}; remove delimiters, or quote what holds a comma, as in \"56,500.00\""
            ),
            Problem::RowLength { expected, found, .. } => format!(
                "{found} cells where the heading has {expected}; add what is missing: the row is perhaps broken off, or a line break stands in a cell without quotation marks"
            ),
            Problem::QuoteOpen => "a quotation mark is opened in this row and never closed; close it, or remove it".to_owned(),
            Problem::QuoteStray => {
                "a quotation mark in the middle of a cell; put the whole cell in quotation marks and double those inside"
                    .to_owned()
            }
            Problem::TooLong => "a row of more than 1 MiB; export the file again as a table with one row per line".to_owned(),
            Problem::Control => "a control character (such as NUL); export the file again as text".to_owned(),
            Problem::Encoding(offset) => {
                format!("neither UTF-8 nor GB18030: byte {} of the file; save the file as UTF-8", offset + 1)
            }
            Problem::NotInEncoding(name, offset) => {
                format!("not {name}: byte {} of the file; save the file as UTF-8, or name its encoding with --encoding", offset + 1)
            }
            Problem::EncodingAmbiguous => {
                "good UTF-8 and good GB18030 at once, with different letters; say which with --encoding, or save the file as UTF-8 with a mark"
                    .to_owned()
            }
            Problem::LargeUnit(unit) => format!(
                "the amounts are in {unit}, which is easily overlooked; export in yuan, or set input.units to \"multiply\" in the policy"
            ),
            Problem::Spreadsheet(fault) => match fault {
                SpreadsheetFault::Broken(what) => format!(
                    "no workbook that can be read: {}; open it in the spreadsheet program and save it as .xlsx or CSV",
                    quoted(what)
                ),
                SpreadsheetFault::Protected => {
                    "the workbook is protected by a password; save it without, or save the sheet as CSV".to_owned()
                }
                SpreadsheetFault::Markup => {
                    "a web page (HTML or XML), whatever its name says; open it in the spreadsheet program and save it as .xlsx or CSV"
                        .to_owned()
                }
                SpreadsheetFault::NotBuilt => {
                    "this build of recv reads no workbooks; save the sheet as CSV, or build recv with its feature spreadsheets"
                        .to_owned()
                }
            },
            Problem::SpreadsheetTooLarge(excess) => {
                format!("the workbook has more than {}; save the sheet as CSV", excess.english())
            }
            Problem::NoSheet(name, sheets) if sheets.is_empty() => {
                format!("no sheet {} here: the file is no workbook; leave #{name} out", quoted(name))
            }
            Problem::NoSheet(name, sheets) => {
                format!("no sheet {} in the workbook; the sheets are {}", quoted(name), headings(sheets))
            }
            Problem::EmptyFile => "the file is empty; its first row must hold the headings".to_owned(),
            Problem::OrderLineTwice(line, place) => {
                format!("order line {} stands already in {place}; remove one of them, or give each its own line_no", quoted(line))
            }
            Problem::LineNoMissing(order) => {
                format!("order {} has lines with a line number, and this one has none; number all or none", quoted(order))
            }
            Problem::PaymentTwice(payment, place) => {
                format!("payment {} stands already in {place}; a payment number may come once: remove this row, or give it a number of its own", quoted(payment))
            }
            Problem::CustomerTwice(customer, place) => {
                format!("customer {} stands already in {place}; a customer may come once", quoted(customer))
            }
            Problem::InvoiceConflict(invoice, before, here) => format!(
                "invoice {} has {} in an earlier row and {} here; all rows of an invoice must agree: mend one of them{}",
                quoted(invoice),
                quoted(before),
                quoted(here),
                // The number of a fully digital invoice is nobody else's.
                if is_digital(invoice.as_bytes()) { "" } else { " or, if these are two invoices, tell them apart by invoice_code" }
            ),
            Problem::NoAmount => "neither a gross amount nor a net amount with its tax; fill in gross_amount".to_owned(),
            Problem::NoTaxRate => "a net price needs a tax rate; fill in tax_rate, as 13%".to_owned(),
            Problem::NoMaturity(method) => {
                format!("a bill ({}) needs its maturity date; fill in maturity_date", quoted(method))
            }
            Problem::DuplicateRow(place) => {
                format!("alike in every column to {place}; remove it, or set input.duplicates to \"count\" or \"drop\"")
            }
            Problem::RowNumber(value) => format!(
                "not the number of a row: {}; write 1 for the invoice's first row, 2 for its second, or nothing for all",
                quoted(value)
            ),
            Problem::LinkNoInvoice(invoice) => format!(
                "invoice {} is not in the books; write its number as invoices.csv does, and its invoice_code where it has one",
                quoted(invoice)
            ),
            Problem::LinkNoRow(invoice, row, rows) => format!(
                "invoice {} has {rows} rows, so there is no row {row}; count its rows from 1 in the order of the file",
                quoted(invoice)
            ),
            Problem::LinkNoOrderLine(line) => {
                format!("order line {} is not in the books; write order_no and line_no as orders.csv does", quoted(line))
            }
            Problem::LinkUnclear(order) => format!(
                "order {} has no line, or several, with the goods of the linked row; fill in line_no",
                quoted(order)
            ),
            Problem::LinkTwice(line, place) => {
                format!("invoice line {} is linked already in {place}; an invoice line has one order line", quoted(line))
            }
            Problem::OwnRate(currency) => {
                format!("{currency} is the company's own currency (input.currency); its rate is 1, leave the row out")
            }
            Problem::NotPositive(value) => format!("{} is not above zero; write a positive number", quoted(value)),
            Problem::BeforeOpened(closed, opened) => {
                format!("closed on {closed}, before it was opened on {opened}; one of the two days is wrong")
            }
            Problem::ExtensionTwice(invoice, place) => format!(
                "invoice {} is extended to another day by an approval of the same day in {place}; keep the one that holds",
                quoted(invoice)
            ),
            Problem::RateTwice(currency, day, place) => {
                format!("another rate of {currency} on {day} stands in {place}; a day has one rate")
            }
            Problem::DayTwice(day, place) => {
                format!("{day} is called otherwise in {place}; a day is a holiday or a workday")
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Problem::Number(value, fault) => match fault {
                NumberFault::Blank => "此处没有数字；请填写数字，如 12000.00".to_owned(),
                NumberFault::NotANumber => {
                    format!("不是数字：{}；只写数字，如 12000.00 或 12,000.00", quoted(value))
                }
                NumberFault::Exponent => {
                    format!("数字被截成科学计数法：{}；请把该列设为数值格式后重新导出", quoted(value))
                }
                NumberFault::TooLong => format!("超过28位数字：{}；请少写几位", quoted(value)),
                NumberFault::TooManyDecimals(most) => {
                    format!(
                        "小数超过{most}位：{}；最多写{most}位小数（工作簿中用 =ROUND(…,{most})）",
                        quoted(value)
                    )
                }
                NumberFault::TooLarge => {
                    format!("数字过大：{}；单个数字须小于 1,000,000,000,000,000", quoted(value))
                }
            },
            Problem::Date(value, fault) => match fault {
                DateFault::Blank => "此处没有日期；请写成 2026-01-31".to_owned(),
                DateFault::NotADate => format!("不是日期：{}；请写成 2026-01-31", quoted(value)),
                DateFault::NoSuchDay => format!("没有这一天：{}；请核对日历", quoted(value)),
                DateFault::Ambiguous => format!(
                    "日期有两种读法：{}；请写成 2026-01-31，或在政策中把 input.dates 设为 \"mdy\" 或 \"dmy\"",
                    quoted(value)
                ),
                DateFault::MonthOnly => format!("只有月份没有日：{}；请写成 2026-01-31", quoted(value)),
            },
            Problem::Word(value, allowed) => {
                format!("不认识的词：{}；请写 {} 之一", quoted(value), allowed.join("、"))
            }
            Problem::Missing => "此处没有内容；请填写，该单元格不得为空".to_owned(),
            Problem::BareOne(value) => format!("比率有两种读法：{}；请写 1% 或 100%", quoted(value)),
            Problem::RateRange(value) => {
                format!("比率不可用：{}；请写 0% 到 100% 的百分比，最多2位小数，如 13%", quoted(value))
            }
            Problem::Cut(value) => {
                format!("号码被电子表格截断：{}；请把该列设为文本格式后重新导出", quoted(value))
            }
            Problem::Terms(value) => format!("付款条件读不懂：{}；请写 {FORMS_ZH}", quoted(value)),
            Problem::NoColumn(column, found) => {
                let name = column.chinese();
                let names = [&[column.name], column.instead].concat().join(" 或 ");
                let perhaps =
                    misspelt(column.name, found).map(|heading| format!("（也许是 {}）", quoted(heading)));
                let (found, perhaps) = (headings(found), perhaps.unwrap_or_default());
                format!(
                    "没有表头表示{name}（{names}）：{found}{perhaps}；请把该列的表头改为 {name}，或在政策的 input.columns 中指明"
                )
            }
            Problem::TwoColumns(column, one, other) => format!(
                "两列都可作{}（{}）：{} 和 {}；请给其中一列改名，或在政策的 input.columns 中指明",
                column.chinese(),
                column.name,
                quoted(one),
                quoted(other)
            ),
            Problem::RowLength { expected, found, amount: Some(amount) } => format!(
                "本行有{found}格，表头有{expected}格，可能是 {amount} 被拆成了几格；请给这样的金额加引号，写成 \"{amount}\"，或不写其中的逗号；否则请去掉多余的分隔符"
            ),
            Problem::RowLength { expected, found, .. } if found > expected => format!(
                "本行有{found}格，表头有{expected}格；请去掉多余的分隔符，含逗号的文字或金额请加引号，如 \"56,500.00\""
            ),
            Problem::RowLength { expected, found, .. } => format!(
                "本行有{found}格，表头有{expected}格；请补全：本行可能被截断，或未加引号的单元格中有换行"
            ),
            Problem::QuoteOpen => "本行的引号没有闭合；请补上或删去".to_owned(),
            Problem::QuoteStray => "单元格中间有引号；请把整个单元格加引号，其中的引号写两次".to_owned(),
            Problem::TooLong => "一行超过 1 MiB；请重新导出为每行一条记录的表格".to_owned(),
            Problem::Control => "含有控制字符（如 NUL）；请重新导出为文本".to_owned(),
            Problem::Encoding(offset) => {
                format!("既非 UTF-8 也非 GB18030：文件第 {} 字节；请另存为 UTF-8", offset + 1)
            }
            Problem::NotInEncoding(name, offset) => {
                format!("不是 {name}：文件第 {} 字节；请另存为 UTF-8，或用 --encoding 指明编码", offset + 1)
            }
            Problem::EncodingAmbiguous => {
                "既可按 UTF-8 也可按 GB18030 读，文字不同；请用 --encoding 指明，或另存为带标记的 UTF-8"
                    .to_owned()
            }
            Problem::LargeUnit(unit) => {
                format!(
                    "金额以{unit}为单位，容易看漏；请以元导出，或在政策中把 input.units 设为 \"multiply\""
                )
            }
            Problem::Spreadsheet(fault) => match fault {
                SpreadsheetFault::Broken(what) => {
                    format!("不是可读的工作簿：{}；请在表格软件中打开并另存为 .xlsx 或 CSV", quoted(what))
                }
                SpreadsheetFault::Protected => {
                    "工作簿有密码保护；请去掉密码后保存，或把工作表另存为 CSV".to_owned()
                }
                SpreadsheetFault::Markup => {
                    "这是网页（HTML 或 XML），与扩展名无关；请在表格软件中打开并另存为 .xlsx 或 CSV"
                        .to_owned()
                }
                SpreadsheetFault::NotBuilt => {
                    "此版本的 recv 不读工作簿；请把工作表另存为 CSV，或带 spreadsheets 特性重新编译"
                        .to_owned()
                }
            },
            Problem::SpreadsheetTooLarge(excess) => {
                format!("工作簿超过{}；请把工作表另存为 CSV", excess.chinese())
            }
            Problem::NoSheet(name, sheets) if sheets.is_empty() => {
                format!("没有工作表 {}：该文件不是工作簿；请去掉 #{name}", quoted(name))
            }
            Problem::NoSheet(name, sheets) => {
                format!("工作簿中没有工作表 {}；现有工作表：{}", quoted(name), headings(sheets))
            }
            Problem::EmptyFile => "文件是空的；第一行应为表头".to_owned(),
            Problem::OrderLineTwice(line, place) => {
                format!("订单行 {} 已在 {place}；请删去一行，或各用不同的行号", quoted(line))
            }
            Problem::LineNoMissing(order) => {
                format!("订单 {} 有的行有行号，本行没有；请全部编号或全部不编", quoted(order))
            }
            Problem::PaymentTwice(payment, place) => {
                format!(
                    "收款单 {} 已在 {place}；一个收款单号只能出现一次：请删去本行，或另给单号",
                    quoted(payment)
                )
            }
            Problem::CustomerTwice(customer, place) => {
                format!("客户 {} 已在 {place}；一个客户只能出现一次", quoted(customer))
            }
            Problem::InvoiceConflict(invoice, before, here) => format!(
                "发票 {} 在前面的行是 {}，此处是 {}；同一发票各行须一致：请改正其中一行{}",
                quoted(invoice),
                quoted(before),
                quoted(here),
                if is_digital(invoice.as_bytes()) {
                    ""
                } else {
                    "；若是两张发票，请用 invoice_code（发票代码）区分"
                }
            ),
            Problem::NoAmount => "既无价税合计，也无金额与税额；请填写 gross_amount".to_owned(),
            Problem::NoTaxRate => "无税单价需要税率；请填写 tax_rate，如 13%".to_owned(),
            Problem::NoMaturity(method) => {
                format!("票据（{}）需要到期日；请填写票据到期日（maturity_date）", quoted(method))
            }
            Problem::DuplicateRow(place) => {
                format!("与 {place} 各列完全相同；请删去，或把 input.duplicates 设为 \"count\" 或 \"drop\"")
            }
            Problem::RowNumber(value) => {
                format!("不是行的序号：{}；发票的第一行写 1，第二行写 2，留空表示全部行", quoted(value))
            }
            Problem::LinkNoInvoice(invoice) => format!(
                "账上没有发票 {}；请按 invoices.csv 填写发票号码，有发票代码的一并填写 invoice_code",
                quoted(invoice)
            ),
            Problem::LinkNoRow(invoice, row, rows) => {
                format!("发票 {} 共{rows}行，没有第{row}行；请按文件中的顺序从 1 数起", quoted(invoice))
            }
            Problem::LinkNoOrderLine(line) => {
                format!("账上没有订单行 {}；请按 orders.csv 填写 order_no 和 line_no", quoted(line))
            }
            Problem::LinkUnclear(order) => {
                format!("订单 {} 中没有该发票行的货物，或有多行；请填写 line_no", quoted(order))
            }
            Problem::LinkTwice(line, place) => {
                format!("发票行 {} 已在 {place} 指定订单行；一个发票行只对应一个订单行", quoted(line))
            }
            Problem::OwnRate(currency) => {
                format!("{currency} 是本位币（input.currency），汇率为 1，请删去该行")
            }
            Problem::NotPositive(value) => format!("{} 不大于零；请写正数", quoted(value)),
            Problem::BeforeOpened(closed, opened) => {
                format!("结案日 {closed} 早于提出日 {opened}；两个日期有一个不对")
            }
            Problem::ExtensionTwice(invoice, place) => format!(
                "发票 {} 在 {place} 有同日审批、到期日不同的展期；请只保留有效的一条",
                quoted(invoice)
            ),
            Problem::RateTwice(currency, day, place) => {
                format!("{currency} 在 {day} 的汇率与 {place} 不一致；每日只能有一个汇率")
            }
            Problem::DayTwice(day, place) => {
                format!("{day} 在 {place} 另有说法；一天只能是 holiday 或 workday")
            }
        }
    }
}

/// The user's own text in quotation marks, cut where it is long, without line breaks.
fn quoted(value: &str) -> String {
    const MOST: usize = 60;
    let one_line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST).collect();
    if value.chars().count() > MOST { format!("'{one_line}...'") } else { format!("'{one_line}'") }
}

/// The heading that is perhaps the column's own name, misspelt. Of headings in Chinese nothing is said: one character makes
/// another column of them.
fn misspelt<'a>(name: &str, found: &'a [String]) -> Option<&'a str> {
    let is_known = |heading: &str| Kind::ALL.into_iter().flat_map(specs_of).any(|spec| spec.name == heading);
    nearest(name, found.iter().map(String::as_str).filter(|heading| heading.is_ascii() && !is_known(heading)))
}

fn headings(found: &[String]) -> String {
    const MOST: usize = 30;
    let mut list = String::new();
    for heading in found.iter().filter(|heading| !heading.is_empty()).take(MOST) {
        let separator = if list.is_empty() { "" } else { ", " };
        let _ = write!(list, "{separator}{}", quoted(heading));
    }
    if found.len() > MOST {
        list.push_str(", ...");
    }
    if list.is_empty() { "''".to_owned() } else { list }
}

/// A problem with its place, as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u64>,
    /// The column, by its name in the file; empty where the problem is the row's.
    pub column: String,
    /// What is wrong.
    pub problem: Problem,
}

impl Diagnostic {
    /// `FILE:LINE:COLUMN: [CODE] what is wrong; what would be right`.
    pub fn line_of_text(&self, lang: Lang) -> String {
        let mut text = self.file.clone();
        if let Some(line) = self.line {
            let _ = write!(text, ":{line}");
        }
        if !self.column.is_empty() {
            let _ = write!(text, ":{}", self.column);
        }
        let _ = write!(text, ": [{}] {}", self.problem.code().text(), self.problem.text(lang));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_one_form() {
        let diagnostic = Diagnostic {
            file: "payments.csv".to_owned(),
            line: Some(8),
            column: "amount".to_owned(),
            problem: Problem::Number("12,O00.00".to_owned(), NumberFault::NotANumber),
        };
        assert_eq!(
            diagnostic.line_of_text(Lang::En),
            "payments.csv:8:amount: [BAD_NUMBER] not a number: '12,O00.00'; write digits only, as 12000.00 or 12,000.00"
        );
        assert!(
            diagnostic.line_of_text(Lang::Zh).starts_with("payments.csv:8:amount: [BAD_NUMBER] 不是数字")
        );
    }
}
