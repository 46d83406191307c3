//! What can be wrong with a policy, and how that is said: where, which key, what is wrong, what would be right.

mod words;

use crate::lang::{Lang, Word};
use crate::money::Rate;

/// One thing that is wrong with a policy, at one place of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    /// The file's name, as the user wrote it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The key with its tables, as `provision.rates.91-180`; members of a list count from 1: `collect.tiers[2].from`.
    pub key: String,
    /// What is wrong.
    pub problem: Problem,
}

impl PolicyFault {
    /// The fault in one line: `FILE:LINE:KEY: [CODE] what is wrong: 'the value'; what would be right`.
    pub fn text(&self, lang: Lang) -> String {
        let PolicyFault { file, line, key, problem, .. } = self;
        let (what, right) = problem.words(lang);
        let text =
            format!("{file}:{line}:{key}: [{}] {what}{}{right}", problem.code().code, lang.pick("; ", "；"));
        text.replace(char::is_control, " ")
    }
}

/// What is wrong with a key or its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file can't be read as TOML there.
    Syntax(Syntax),
    /// No key of this name is known there.
    UnknownKey {
        /// The key as written, without its tables.
        key: String,
        /// The known key that was perhaps meant.
        nearest: Option<String>,
        /// The keys that are known there.
        known: Vec<String>,
    },
    /// A key that must be there is not.
    MissingKey(String),
    /// A value of another kind than the key takes.
    Type(Found),
    /// A value of the right kind that the key does not take.
    Value(Found),
    /// The limits of the buckets, as written, do not rise.
    BucketsFall(String),
    /// A bucket has no rate.
    RateMissing(String),
    /// A bucket is named that `[aging]` does not make.
    NoSuchBucket {
        /// The name as written.
        named: String,
        /// The buckets that there are.
        buckets: Vec<String>,
    },
    /// A bucket's rate is lower than that of the one before.
    RatesFall {
        /// The bucket before, and its rate.
        younger: (String, Rate),
        /// The bucket with the lower rate.
        older: (String, Rate),
    },
    /// Two tiers claim the same days.
    TiersOverlap {
        /// The tier that begins first, and the last day it may have.
        earlier: Span,
        /// The tier that begins while the other still runs.
        later: Span,
    },
    /// There is no tier.
    NoTiers,
    /// Days overdue between two tiers, or before the first one, belong to none.
    TiersGap {
        /// The tier before the gap; `None` before the first.
        earlier: Option<Span>,
        /// The tier after the gap.
        later: Span,
    },
    /// The last tier ends, so that older debts have none.
    LastTierEnds(Span),
    /// A tier ends before it begins.
    TierBackwards(Span),
    /// An alert begins no later than the one before.
    AlertsFall {
        /// The alert before, and its first day.
        milder: (String, i64),
        /// The alert that begins too early.
        stricter: (String, i64),
    },
    /// `collect.recovery_plan_from` names an alert that is not among these.
    NoSuchAlert {
        /// The name.
        named: String,
        /// The alerts that there are.
        alerts: Vec<String>,
    },
    /// Two tiers or two alerts have the same name.
    NameTwice(String),
    /// An industry's uplift lies outside `provision.uplift_range`.
    UpliftRange {
        /// The industry.
        industry: String,
        /// Its uplift.
        uplift: Rate,
        /// The range.
        range: (Rate, Rate),
    },
    /// The lower end of a range lies above the upper one.
    RangeCrossed {
        /// The lower end.
        low: Rate,
        /// The upper end.
        high: Rate,
    },
}

/// A value, and what should stand there instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The value as written.
    pub found: String,
    /// What the key takes.
    pub wanted: Wanted,
}

/// A tier's days, for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The tier's name.
    pub name: String,
    /// Its first day.
    pub from: i64,
    /// Its last day.
    pub to: Option<i64>,
}

/// What a key takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Any text that is not empty.
    Text,
    /// A pattern (regular expression) with a group in brackets; empty for none.
    Pattern,
    /// One of these words.
    Word(Vec<String>),
    /// A percentage from the one to the other, in whole percents.
    Percent(u32, u32),
    /// A percentage from 0% to 100% with at most 2 decimals.
    Share,
    /// An amount of money, not negative.
    Amount,
    /// A quantity, not negative.
    Quantity,
    /// A whole number from the one to the other.
    Whole(i64, i64),
    /// `true` or `false`.
    Flag,
    /// Payment terms.
    Terms,
    /// A currency.
    Currency,
    /// A list in square brackets.
    List,
    /// Exactly two percentages.
    PercentPair,
    /// A table.
    Table,
    /// A list of tables.
    Tables,
}

/// Why a text is not TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// A value that should stand in quotes.
    Unquoted(String),
    /// `true` or `false` in capitals.
    Capitals(String),
    /// A key that should stand in quotes.
    UnquotedKey(String),
    /// Full-width marks, as a Chinese keyboard types them.
    FullWidth {
        /// As written.
        found: String,
        /// With the marks that TOML takes.
        plain: String,
    },
    /// Nothing after the `=`.
    NoValue,
    /// A key or table that is there already.
    Twice(String),
    /// No `=` after a key; the line.
    NoEquals(String),
    /// Bytes that are not UTF-8; the line.
    NotUtf8(String),
    /// A list, table or text that does not end; the line.
    Unclosed(String),
    /// No comma between two members of a list; the line.
    MissingComma(String),
    /// More after a value that is complete; the line.
    Trailing(String),
    /// Anything else.
    Other {
        /// The line.
        found: String,
        /// What the TOML library says.
        detail: String,
    },
}

/// The code of a [`Problem::Syntax`].
const SYNTAX: Word = Word { code: "POLICY_SYNTAX", en: "not readable as TOML", zh: "不符合 TOML 语法" };
/// The code of a [`Problem::UnknownKey`].
const UNKNOWN_KEY: Word =
    Word { code: "POLICY_UNKNOWN_KEY", en: "a key that recv does not know", zh: "未知的键" };
/// The code of a [`Problem::MissingKey`].
const MISSING_KEY: Word =
    Word { code: "POLICY_MISSING_KEY", en: "a key that must be there", zh: "缺少的键" };
/// The code of a [`Problem::Type`].
const TYPE: Word = Word { code: "POLICY_TYPE", en: "a value of the wrong kind", zh: "值的类型不对" };
/// The code of values that a key does not take.
const VALUE: Word =
    Word { code: "POLICY_VALUE", en: "a value that the key does not take", zh: "值不可用" };
/// The code of a [`Problem::BucketsFall`].
const BUCKETS: Word =
    Word { code: "POLICY_BUCKETS", en: "buckets that do not rise", zh: "账龄段未递增" };
/// The code of a [`Problem::RateMissing`].
const RATE_MISSING: Word =
    Word { code: "POLICY_RATE_MISSING", en: "a bucket without a rate", zh: "账龄段缺计提比例" };
/// The code of a [`Problem::NoSuchBucket`].
const NO_SUCH_BUCKET: Word =
    Word { code: "POLICY_NO_SUCH_BUCKET", en: "a bucket that does not exist", zh: "没有的账龄段" };
/// The code of a [`Problem::RatesFall`].
const RATES_FALL: Word =
    Word { code: "POLICY_RATES_FALL", en: "rates that fall as debts age", zh: "计提比例随账龄下降" };
/// The code of a [`Problem::TiersOverlap`].
const TIERS_OVERLAP: Word =
    Word { code: "POLICY_TIERS_OVERLAP", en: "tiers that overlap", zh: "催收级别重叠" };
/// The code of tiers that leave days without one.
const TIERS_GAP: Word =
    Word { code: "POLICY_TIERS_GAP", en: "tiers that leave days out", zh: "催收级别有空档" };
/// The code of alerts that don't fit together.
const ALERTS: Word =
    Word {
        code: "POLICY_ALERTS", en: "alerts that do not rise or are missing", zh: "预警未递增或缺失"
    };
/// The code of a [`Problem::UpliftRange`].
const UPLIFT: Word =
    Word { code: "POLICY_UPLIFT", en: "an uplift outside the allowed range", zh: "上浮幅度超出范围" };
/// The code of a [`Problem::RangeCrossed`].
const RANGE: Word = Word { code: "POLICY_RANGE", en: "a range upside down", zh: "下限高于上限" };

/// Every code that a fault of the policy can have, with what it means.
pub const CODES: [Word; 14] = [
    SYNTAX,
    UNKNOWN_KEY,
    MISSING_KEY,
    TYPE,
    VALUE,
    BUCKETS,
    RATE_MISSING,
    NO_SUCH_BUCKET,
    RATES_FALL,
    TIERS_OVERLAP,
    TIERS_GAP,
    ALERTS,
    UPLIFT,
    RANGE,
];

impl Problem {
    /// The code, which never changes, with its meaning.
    pub const fn code(&self) -> Word {
        match self {
            Problem::Syntax(_) => SYNTAX,
            Problem::UnknownKey { .. } => UNKNOWN_KEY,
            Problem::MissingKey(_) => MISSING_KEY,
            Problem::Type(_) => TYPE,
            Problem::Value(_) | Problem::TierBackwards(_) | Problem::NameTwice(_) => VALUE,
            Problem::BucketsFall(_) => BUCKETS,
            Problem::RateMissing(_) => RATE_MISSING,
            Problem::NoSuchBucket { .. } => NO_SUCH_BUCKET,
            Problem::RatesFall { .. } => RATES_FALL,
            Problem::TiersOverlap { .. } => TIERS_OVERLAP,
            Problem::NoTiers | Problem::TiersGap { .. } | Problem::LastTierEnds(_) => TIERS_GAP,
            Problem::AlertsFall { .. } | Problem::NoSuchAlert { .. } => ALERTS,
            Problem::UpliftRange { .. } => UPLIFT,
            Problem::RangeCrossed { .. } => RANGE,
        }
    }
}
