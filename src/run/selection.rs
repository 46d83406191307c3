//! What `--only`, `--lang` and a table's room select of a report: rows, words and columns.

use super::Failure;
use crate::lang::Lang;
use crate::policy::AgingPolicy;
use crate::report::{Column, headings};

/// The language of texts in files: English, unless a language was asked for by name.
pub fn file_lang(asked: Option<Lang>) -> Lang {
    asked.unwrap_or(Lang::En)
}

/// The columns with these keys, in this order.
pub fn pick<R>(columns: Vec<Column<R>>, keys: &[&str]) -> Vec<Column<R>> {
    let mut columns = columns;
    let mut picked = Vec::new();
    for key in keys {
        if let Some(at) = columns.iter().position(|column| column.heading.key == *key) {
            picked.push(columns.remove(at));
        }
    }
    picked
}

/// Whether rows are in several currencies, so that a table must name them.
pub fn are_several<'a>(mut currencies: impl Iterator<Item = &'a str>) -> bool {
    let first = currencies.next();
    currencies.any(|other| Some(other) != first)
}

/// What `--only` may name: its code, and how tables say it in Chinese.
pub struct Choosable<T> {
    code: String,
    zh: String,
    value: T,
}

impl<T> Choosable<T> {
    /// A value of these names.
    pub fn new(code: &str, zh: &str, value: T) -> Choosable<T> {
        Choosable { code: code.to_owned(), zh: zh.to_owned(), value }
    }
}

/// The values that `--only` names, each of which must be among those allowed.
pub fn only_words<T: Clone>(only: &[String], allowed: &[Choosable<T>]) -> Result<Vec<T>, Failure> {
    let find = |word: &String| {
        let found = allowed.iter().find(|choice| choice.code == *word || choice.zh == *word);
        found.map(|choice| choice.value.clone()).ok_or_else(|| {
            let list = |name: fn(&Choosable<T>) -> &str, comma| {
                allowed.iter().map(name).collect::<Vec<_>>().join(comma)
            };
            let (en, zh) = (list(|choice| &choice.code, ", "), list(|choice| &choice.zh, "、"));
            Failure::Usage(
                format!("--only: unknown value '{word}'; write one of {en}"),
                format!("--only: 不认识的值 '{word}'；请写 {zh} 之一"),
            )
        })
    };
    only.iter().map(find).collect()
}

/// The buckets that `--only` names.
pub fn bucket_numbers(only: &[String], policy: &AgingPolicy) -> Result<Vec<usize>, Failure> {
    let names = policy.buckets.names().into_iter().zip(0..);
    let allowed: Vec<Choosable<usize>> =
        names.map(|(name, number)| Choosable::new(&name, &headings::bucket(&name).zh, number)).collect();
    only_words(only, &allowed)
}
