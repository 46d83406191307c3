//! Names that the policy and the books write each in their own way: an industry, a credit grade.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// The name without what two programs write differently: width and case of letters, blanks, hyphens and
/// underscores between words.
///
/// ```
/// use recv::names::folded;
/// assert_eq!(folded(" Foreign  Trade "), folded("foreign_trade"));
/// assert_eq!(folded("ＶＩＰ"), "vip");
/// ```
pub fn folded(name: &str) -> String {
    let lower = name.nfkc().collect::<String>().to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// The entry of a policy table that a customer's industry or grade names; nothing where the customer has none.
/// The exact name goes first, then the first one that is the same when [`folded`].
pub fn entry_named<'a, T>(table: &'a BTreeMap<String, T>, name: Option<&str>) -> Option<&'a T> {
    let name = name?;
    table.get(name).or_else(|| {
        let wanted = folded(name);
        table.iter().find(|(key, _)| folded(key) == wanted).map(|(_, entry)| entry)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_however_its_name_is_written() {
        let table: BTreeMap<String, u8> = [("foreign_trade".to_owned(), 1), ("外贸".to_owned(), 2)].into();
        for name in ["foreign_trade", "Foreign Trade", "FOREIGN-TRADE", "ｆｏｒｅｉｇｎ trade"] {
            assert_eq!(entry_named(&table, Some(name)), Some(&1), "{name}");
        }
        assert_eq!(entry_named(&table, Some(" 外贸 ")), Some(&2));
        assert_eq!(entry_named(&table, Some("foreigntrade")), None);
        assert_eq!(entry_named(&table, None), None);
    }
}
