//! The words for what is wrong with a policy, in both languages: data there, wording here.

use super::{Found, Problem, Span, Syntax, Wanted};
use crate::lang::Lang;

impl Problem {
    /// What is wrong, and what would be right.
    pub(super) fn words(&self, lang: Lang) -> (String, String) {
        match lang {
            Lang::En => self.english(),
            Lang::Zh => self.chinese(),
        }
    }

    fn english(&self) -> (String, String) {
        let lang = Lang::En;
        match self {
            Problem::Syntax(syntax) => syntax.words(lang),
            Problem::UnknownKey { key, nearest: Some(nearest), .. } => {
                (format!("unknown key: '{key}'"), format!("did you mean '{nearest}'?"))
            }
            Problem::UnknownKey { key, nearest: None, known } => {
                (format!("unknown key: '{key}'"), format!("the keys here are {}", list(known, lang)))
            }
            Problem::MissingKey(key) => {
                (format!("a key is missing: '{key}'"), format!("write {key} = … here"))
            }
            Problem::Type(Found { found, wanted }) | Problem::Value(Found { found, wanted }) => {
                (format!("not {}: '{found}'", wanted.noun(lang)), wanted.how(lang))
            }
            Problem::BucketsFall(found) => (
                format!("buckets that do not rise: '{found}'"),
                "write whole numbers of 1 or more, each greater than the one before, as [30, 90, 180]"
                    .to_owned(),
            ),
            Problem::RateMissing(bucket) => (
                format!("a bucket without a rate: '{bucket}'"),
                format!(
                    "write {} = \"…%\" under [provision.rates], which must name every bucket",
                    quoted(bucket)
                ),
            ),
            Problem::NoSuchBucket { named, buckets } => {
                (format!("no such bucket: '{named}'"), format!("aging.buckets makes {}", list(buckets, lang)))
            }
            Problem::RatesFall { younger: (younger, before), older: (older, after) } => (
                format!(
                    "rates fall as debts age: '{}' for {older} after '{}' for {younger}",
                    after.percent(),
                    before.percent()
                ),
                format!("write {} or more for {older}, or less for {younger}", before.percent()),
            ),
            Problem::TiersOverlap { earlier, later } => (
                format!("tiers overlap: '{}' and '{}'", earlier.text(), later.text()),
                mend_overlap(earlier, later, lang),
            ),
            Problem::NoTiers => {
                ("no tier: '[]'".to_owned(), "write one or more, each below [[collect.tiers]]".to_owned())
            }
            Problem::TiersGap { earlier: Some(earlier), later } => (
                format!("days overdue without a tier: '{}' comes after '{}'", later.text(), earlier.text()),
                format!("begin {} at {}", later.name, day_after(earlier)),
            ),
            Problem::TiersGap { earlier: None, later } => (
                format!("the first tier does not begin at day 1: '{}'", later.text()),
                format!("begin {} at 1", later.name),
            ),
            Problem::LastTierEnds(last) => (
                format!("older debts have no tier: '{}' is the last", last.text()),
                format!("leave out the 'to' of {}", last.name),
            ),
            Problem::TierBackwards(tier) => (
                format!("a tier that ends before it begins: '{}'", tier.text()),
                format!("write {} or more in 'to'", tier.from),
            ),
            Problem::AlertsFall { milder: (milder, before), stricter: (stricter, after) } => (
                format!("alerts do not rise: '{stricter} {after}' after '{milder} {before}'"),
                format!("write {} or more for {stricter}", before + 1),
            ),
            Problem::NoSuchAlert { named, alerts } => (
                format!("no alert of the name in collect.recovery_plan_from: '{named}'"),
                format!("name one of {}, or add this alert", list(alerts, lang)),
            ),
            Problem::NameTwice(name) => {
                (format!("a name that comes twice: '{name}'"), "give each its own name".to_owned())
            }
            Problem::UpliftRange { industry, uplift, range: (low, high) } => (
                format!("an uplift outside the range: '{}' for {industry}", uplift.percent()),
                format!("write {} to {}, or change provision.uplift_range", low.percent(), high.percent()),
            ),
            Problem::RangeCrossed { low, high } => (
                format!("a range upside down: '{}' to '{}'", low.percent(), high.percent()),
                "write a lower end that is not above the upper end".to_owned(),
            ),
        }
    }

    fn chinese(&self) -> (String, String) {
        let lang = Lang::Zh;
        match self {
            Problem::Syntax(syntax) => syntax.words(lang),
            Problem::UnknownKey { key, nearest: Some(nearest), .. } => {
                (format!("未知的键: '{key}'"), format!("是否为 '{nearest}'？"))
            }
            Problem::UnknownKey { key, nearest: None, known } => {
                (format!("未知的键: '{key}'"), format!("此处可用：{}", list(known, lang)))
            }
            Problem::MissingKey(key) => (format!("缺少键: '{key}'"), format!("请在此写 {key} = …")),
            Problem::Type(Found { found, wanted }) | Problem::Value(Found { found, wanted }) => {
                (format!("不是{}: '{found}'", spaced(&wanted.noun(lang))), wanted.how(lang))
            }
            Problem::BucketsFall(found) => {
                (format!("账龄段未递增: '{found}'"), "请写从 1 起逐个增大的整数，如 [30, 90, 180]".to_owned())
            }
            Problem::RateMissing(bucket) => (
                format!("账龄段没有计提比例: '{bucket}'"),
                format!("请在 [provision.rates] 下写 {} = \"…%\"，每个账龄段都须有比例", quoted(bucket)),
            ),
            Problem::NoSuchBucket { named, buckets } => (
                format!("没有这个账龄段: '{named}'"),
                format!("aging.buckets 所分为：{}", list(buckets, lang)),
            ),
            Problem::RatesFall { younger: (younger, before), older: (older, after) } => (
                format!(
                    "计提比例随账龄下降: {older} 为 '{}'，{younger} 为 '{}'",
                    after.percent(),
                    before.percent()
                ),
                format!("{older} 请不低于 {}，或调低 {younger}", before.percent()),
            ),
            Problem::TiersOverlap { earlier, later } => (
                format!("催收级别重叠: '{}' 与 '{}'", earlier.text(), later.text()),
                mend_overlap(earlier, later, lang),
            ),
            Problem::NoTiers => {
                ("没有催收级别: '[]'".to_owned(), "请写至少一级，各在 [[collect.tiers]] 之下".to_owned())
            }
            Problem::TiersGap { earlier: Some(earlier), later } => (
                format!("有逾期天数不属任何级别: '{}' 之后是 '{}'", earlier.text(), later.text()),
                format!("{} 请从第 {} 天开始", later.name, day_after(earlier)),
            ),
            Problem::TiersGap { earlier: None, later } => (
                format!("第一个级别不是从第 1 天开始: '{}'", later.text()),
                format!("{} 请从第 1 天开始", later.name),
            ),
            Problem::LastTierEnds(last) => (
                format!("更久的逾期没有级别: '{}' 是最后一级", last.text()),
                format!("请删去 {} 的 to", last.name),
            ),
            Problem::TierBackwards(tier) => {
                (format!("级别的结束早于开始: '{}'", tier.text()), format!("to 请不小于 {}", tier.from))
            }
            Problem::AlertsFall { milder: (milder, before), stricter: (stricter, after) } => (
                format!("预警天数未递增: '{milder} {before}' 之后是 '{stricter} {after}'"),
                format!("{stricter} 请不小于 {}", before + 1),
            ),
            Problem::NoSuchAlert { named, alerts } => (
                format!("没有 collect.recovery_plan_from 所指的预警: '{named}'"),
                format!("请改为 {} 之一，或补上此预警", list(alerts, lang)),
            ),
            Problem::NameTwice(name) => (format!("名称重复: '{name}'"), "请各用不同的名称".to_owned()),
            Problem::UpliftRange { industry, uplift, range: (low, high) } => (
                format!("上浮幅度超出范围: {industry} 为 '{}'", uplift.percent()),
                format!("请写 {} 到 {}，或修改 provision.uplift_range", low.percent(), high.percent()),
            ),
            Problem::RangeCrossed { low, high } => (
                format!("下限高于上限: '{}' 到 '{}'", low.percent(), high.percent()),
                "下限请不高于上限".to_owned(),
            ),
        }
    }
}

impl Syntax {
    fn words(&self, lang: Lang) -> (String, String) {
        let ((en, zh), value, (en_right, zh_right)) = match self {
            Syntax::Unquoted(found) => (
                ("a value without quotes", "值未加引号"),
                found,
                (format!("write \"{found}\""), format!("请写 \"{found}\"")),
            ),
            Syntax::Capitals(found) => (
                ("true or false in capitals", "true 或 false 应为小写"),
                found,
                (format!("write {}", found.to_lowercase()), format!("请写 {}", found.to_lowercase())),
            ),
            Syntax::UnquotedKey(found) => (
                ("a key of other than plain letters, digits, - and _", "键中有字母、数字、- 和 _ 以外的字符"),
                found,
                (format!("write it in quotes, as \"{found}\""), format!("请加引号，如 \"{found}\"")),
            ),
            Syntax::FullWidth { found, plain } => (
                ("full-width marks", "全角标点"),
                found,
                (format!("write {plain}"), format!("请写半角 {plain}")),
            ),
            Syntax::NoValue => return no_value(lang),
            Syntax::Twice(found) => (
                ("the key comes twice", "键重复"),
                found,
                ("keep one of the two".to_owned(), "请只保留一处".to_owned()),
            ),
            Syntax::NoEquals(found) => (
                ("neither a key with a value nor a comment", "既非键值也非注释"),
                found,
                (
                    "write KEY = VALUE, or begin the line with #".to_owned(),
                    "请写 键 = 值，或在行首加 #".to_owned(),
                ),
            ),
            Syntax::NotUtf8(found) => (
                ("the policy is not in UTF-8", "政策文件不是 UTF-8 编码"),
                found,
                ("save the file as UTF-8".to_owned(), "请另存为 UTF-8".to_owned()),
            ),
            Syntax::Unclosed(found) => (
                ("a bracket or quote before this is not closed", "此前的括号或引号没有结束"),
                found,
                ("close it with ], } or \"".to_owned(), "请补上 ]、} 或 \"".to_owned()),
            ),
            Syntax::MissingComma(found) => (
                ("a comma or a closing bracket is missing before this", "此前缺少逗号或右括号"),
                found,
                ("write it, as [30, 90, 180]".to_owned(), "请补上，如 [30, 90, 180]".to_owned()),
            ),
            Syntax::Trailing(found) => (
                ("more than one value in a line", "一行中不止一个值"),
                found,
                (
                    "write each key in a line of its own, a comment after #".to_owned(),
                    "请每行只写一项，注释写在 # 之后".to_owned(),
                ),
            ),
            Syntax::Other { found, detail } => {
                (("not readable as TOML", "不符合 TOML 语法"), found, (detail.clone(), detail.clone()))
            }
        };
        (format!("{}: '{value}'", lang.pick(en, zh)), lang.pick(en_right, zh_right))
    }
}

fn no_value(lang: Lang) -> (String, String) {
    let (what, right) = lang.pick(
        ("no value after the =", "write one, or leave the key out"),
        ("= 之后没有值", "请写上值或删去此项"),
    );
    (what.to_owned(), right.to_owned())
}

impl Wanted {
    /// What it is called.
    fn noun(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Wanted::Percent(low, high) => {
                return lang.pick(
                    format!("a percentage from {low}% to {high}%"),
                    format!("{low}% 到 {high}% 的百分比"),
                );
            }
            Wanted::Whole(low, high) => {
                return lang
                    .pick(format!("a whole number from {low} to {high}"), format!("{low} 到 {high} 的整数"));
            }
            Wanted::Text => ("a text", "文字"),
            Wanted::Pattern => ("a pattern with a group", "带分组的匹配式"),
            Wanted::Word(_) => ("a word that this key takes", "此项可用的选项"),
            Wanted::Share => {
                ("a percentage from 0% to 100% with at most 2 decimals", "0% 到 100%、最多两位小数的百分比")
            }
            Wanted::Amount => {
                ("an amount of 0 or more with at most 2 decimals", "0 或以上、最多两位小数的金额")
            }
            Wanted::Quantity => ("a quantity of 0 or more", "0 或以上的数量"),
            Wanted::Flag => ("true or false", "true 或 false"),
            Wanted::Terms => ("payment terms", "账期"),
            Wanted::Currency => ("a currency", "币种"),
            Wanted::List => ("a list", "列表"),
            Wanted::PercentPair => ("two percentages", "两个百分比"),
            Wanted::Table => ("a table of keys", "一组键"),
            Wanted::Tables => ("a list of tables", "一组表"),
        };
        lang.pick(en, zh).to_owned()
    }

    /// How to write it.
    fn how(&self, lang: Lang) -> String {
        let (en, zh) = match self {
            Wanted::Word(words) => {
                let words = list(words.iter().map(|word| format!("\"{word}\"")), lang);
                return lang.pick(format!("write one of {words}"), format!("请写下列之一：{words}"));
            }
            Wanted::Pattern => (
                r"write a regular expression in single quotes, the order number in brackets, as '订单号[:：]\s*([A-Za-z0-9-]+)'; or '' for none",
                r"请用单引号写正则表达式，订单号放在括号内，如 '订单号[:：]\s*([A-Za-z0-9-]+)'；不用则写 ''",
            ),
            Wanted::Text => (r#"write it in quotes, as "finance""#, r#"请加引号，如 "finance""#),
            Wanted::Percent(..) => {
                (r#"write it in quotes with its sign, as "15%""#, r#"请加引号并带百分号，如 "15%""#)
            }
            Wanted::Share => {
                (r#"write it in quotes with its sign, as "12.5%""#, r#"请加引号并带百分号，如 "12.5%""#)
            }
            Wanted::Amount | Wanted::Quantity => {
                (r#"write it in quotes, as "0.05""#, r#"请加引号，如 "0.05""#)
            }
            Wanted::Whole(..) => ("write it without quotes, as 30", "请不加引号，如 30"),
            Wanted::Flag => ("write true or false without quotes", "请写 true 或 false，不加引号"),
            Wanted::Terms => (
                r#"write them as "net 30", "eom 30", "cod" or "30% order, 70% sign+30""#,
                r#"请写如 "net 30"、"月结30天"、"货到付款" 或 "预付30%,货到70%""#,
            ),
            Wanted::Currency => (r#"write three capital letters, as "CNY""#, r#"请写三个大写字母，如 "CNY""#),
            Wanted::List => ("write it in square brackets, as [30, 90, 180]", "请用方括号，如 [30, 90, 180]"),
            Wanted::PercentPair => {
                (r#"write lowest and highest, as ["20%", "50%"]"#, r#"请写下限和上限，如 ["20%", "50%"]"#)
            }
            Wanted::Table => {
                ("write its keys below its name in square brackets", "请写 [名称]，各项写在其下")
            }
            Wanted::Tables => {
                ("write each below its name in double square brackets", "请逐个写 [[名称]]，各项写在其下")
            }
        };
        lang.pick(en, zh).to_owned()
    }
}

impl Span {
    /// `primary 1-30`, `advanced 91+`.
    fn text(&self) -> String {
        let Span { name, from, to } = self;
        to.map_or_else(|| format!("{name} {from}+"), |to| format!("{name} {from}-{to}"))
    }
}

/// What mends an overlap: the earlier tier ends sooner, or (where the later one begins no later) it begins later.
fn mend_overlap(earlier: &Span, later: &Span, lang: Lang) -> String {
    if later.from > earlier.from {
        let last = later.from - 1;
        return lang.pick(
            format!("end {} at {last}", earlier.name),
            format!("{} 请到第 {last} 天为止", earlier.name),
        );
    }
    lang.pick("begin each at a day of its own".to_owned(), "各级请从不同的天数开始".to_owned())
}

fn day_after(tier: &Span) -> i64 {
    tier.to.unwrap_or(tier.from) + 1
}

/// A key as TOML wants it: in quotes where it holds more than letters, digits, `-` and `_`.
fn quoted(key: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let starts_with_letter = key.starts_with(|first: char| first.is_ascii_alphabetic());
    if starts_with_letter && key.bytes().all(is_bare) { key.to_owned() } else { format!("\"{key}\"") }
}

/// A Chinese phrase set off by a blank where it begins with a digit or a Latin letter.
fn spaced(phrase: &str) -> String {
    if phrase.starts_with(|first: char| first.is_ascii()) { format!(" {phrase}") } else { phrase.to_owned() }
}

fn list(words: impl IntoIterator<Item = impl AsRef<str>>, lang: Lang) -> String {
    let words: Vec<String> = words.into_iter().map(|word| word.as_ref().to_owned()).collect();
    words.join(lang.pick(", ", "、"))
}
