//! When two goods names are the same: the names of all documents are compared after normalising.

use std::collections::BTreeMap;

use crate::eights::are_equal;
use crate::folding::folded;
use crate::ids::{GoodsName, Id, Label, Names};

/// All goods names of the books. The same goods have the same number, however a document writes the name.
#[derive(Debug, Default)]
pub struct GoodsNames {
    written: Names<Label>,
    /// The normalised name of each written one.
    normalised: Vec<Id<GoodsName>>,
    names: Names<GoodsName>,
    /// Another name to the order's name, both normalised.
    aliases: BTreeMap<String, String>,
}

/// The written forms of names that a kind of document has used so far, and which of the orders' names each is.
#[derive(Debug, Default)]
pub struct SeenNames {
    written: Names<Label>,
    found: Vec<Option<Id<GoodsName>>>,
    /// By the orders' name, the form in which documents wrote it last: mostly they do so again.
    last_written: Vec<Option<Id<Label>>>,
}

impl GoodsNames {
    /// No names yet; the aliases are those of `[match.goods_aliases]`.
    pub fn new(aliases: &BTreeMap<String, String>) -> GoodsNames {
        let aliases = aliases.iter().map(|(other, name)| (normalise(other), normalise(name))).collect();
        GoodsNames { aliases, ..GoodsNames::default() }
    }

    /// The name's number as written, and the name's number; names that differ only in what normalising folds have the
    /// same.
    pub fn intern(&mut self, written: &[u8]) -> (Id<Label>, Id<GoodsName>) {
        let (raw, is_new) = self.written.intern_new(written);
        if is_new {
            let folded = normalise(&String::from_utf8_lossy(written));
            let name = self.aliases.get(&folded).unwrap_or(&folded);
            self.normalised.push(self.names.intern(name.as_bytes()));
        }
        (raw, self.normalised[raw.index()])
    }

    /// A name as written.
    #[inline]
    pub fn written(&self, raw: Id<Label>) -> &[u8] {
        self.written.bytes(raw)
    }

    /// The number of a document's name; `None` where no order line has such goods. Each written form is looked at
    /// once and remembered in `seen`.
    pub fn find(&self, written: &[u8], seen: &mut SeenNames) -> Option<Id<GoodsName>> {
        self.find_written(written, seen).1
    }

    /// Whether the name of a document is that of an order line, known by its number and as the line writes it.
    #[inline]
    pub fn is(&self, (name, own): (Id<GoodsName>, Id<Label>), written: &[u8], seen: &mut SeenNames) -> bool {
        let last = seen.last_written.get(name.index()).copied().flatten();
        // Invoices put a category before the name, so that they write it otherwise than the order, and all alike.
        last.is_some_and(|last| are_equal(seen.written.bytes(last), written))
            || are_equal(self.written(own), written)
            || self.is_newly_written(name, written, seen)
    }

    /// The same where the document writes it otherwise than the last one, and than the order.
    fn is_newly_written(&self, name: Id<GoodsName>, written: &[u8], seen: &mut SeenNames) -> bool {
        let (raw, found) = self.find_written(written, seen);
        if found != Some(name) {
            return false;
        }
        if seen.last_written.len() <= name.index() {
            seen.last_written.resize(self.names.len(), None);
        }
        seen.last_written[name.index()] = Some(raw);
        true
    }

    fn find_written(&self, written: &[u8], seen: &mut SeenNames) -> (Id<Label>, Option<Id<GoodsName>>) {
        let (raw, is_new) = seen.written.intern_new(written);
        if is_new {
            let folded = normalise(&String::from_utf8_lossy(written));
            let name = self.aliases.get(&folded).unwrap_or(&folded);
            seen.found.push(self.names.find(name.as_bytes()));
        }
        (raw, seen.found[raw.index()])
    }

    /// The normalised name.
    pub fn text(&self, name: Id<GoodsName>) -> &str {
        self.names.text(name)
    }
}

/// A goods name as it is compared: NFKC, white space folded, case folded, without one leading `*category*` prefix.
///
/// ```
/// use recv::documents::goods::normalise;
/// assert_eq!(normalise("*金属制品*铝板  5052"), normalise(" 铝板 ５０５２"));
/// assert_eq!(normalise("*乳制品*老酸奶170g*12"), "老酸奶170g*12");
/// ```
pub fn normalise(name: &str) -> String {
    let folded = folded(name);
    if has_plain_blanks(folded.as_bytes()) {
        return without_category(&folded).trim().to_owned();
    }
    let mut spaced = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    without_category(&spaced).trim().to_owned()
}

/// Whether no white space is in the text but single blanks between words; `false` where it may be.
fn has_plain_blanks(text: &[u8]) -> bool {
    // The first bytes of all others.
    let is_other = |byte: u8| matches!(byte, b'\t'..=b'\r' | 0xc2 | 0xe1..=0xe3);
    let any_other = text.iter().fold(false, |any, &byte| any | is_other(byte));
    let pairs = text.iter().zip(text.iter().skip(1));
    let twos: usize = pairs.map(|pair| usize::from(pair == (&b' ', &b' '))).sum();
    let [first, last] = [text.first(), text.last()];
    !any_other && twos == 0 && first != Some(&b' ') && last != Some(&b' ')
}

fn without_category(name: &str) -> &str {
    let Some(rest) = name.strip_prefix('*') else { return name };
    rest.split_once('*').filter(|(category, _)| !category.is_empty()).map_or(name, |(_, bare)| bare)
}

/// Whether the name only says that the goods are named in a list of their own (详见销货清单).
///
/// ```
/// use recv::documents::goods::are_listed_elsewhere;
/// assert!(are_listed_elsewhere("(详见销货清单)".as_bytes()) && are_listed_elsewhere("*钢材*详见清单".as_bytes()));
/// assert!(!are_listed_elsewhere("清单打印机".as_bytes()));
/// ```
#[inline]
pub fn are_listed_elsewhere(written: &[u8]) -> bool {
    // All names that say so end in a Chinese character, or in a bracket or a blank behind it.
    written.last().is_some_and(|last| !last.is_ascii_alphanumeric()) && name_a_list(written)
}

fn name_a_list(written: &[u8]) -> bool {
    const LIST: &[u8] = "清单".as_bytes();
    const NAMES: [&str; 7] = [
        "详见销货清单",
        "详见清单",
        "见销货清单",
        "见清单",
        "详见销货清单明细",
        "详见附件清单",
        "详见对应清单",
    ];
    // Nearly no name holds even the two bytes in the middle; looking for these alone is many bytes at a time.
    let pairs = written.iter().zip(written.iter().skip(1));
    let found: usize = pairs.map(|pair| usize::from(pair == (&LIST[1], &LIST[2]))).sum();
    if found == 0 || !written.windows(LIST.len()).any(|at| at == LIST) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(written) else { return false };
    let folded = normalise(text);
    let bare = folded.trim_matches(['(', ')', '[', ']', '【', '】', ' ']);
    NAMES.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_differ_in_form_only_are_the_same() {
        for (one, other) in [
            ("*黑色金属冶炼压延品*友发 热镀锌钢管", "友发　热镀锌钢管"),
            ("Bearing 6204-2RS", "  bearing  6204-2rs"),
            ("ＡＢＣ胶水", "abc胶水"),
            ("轴承（进口）", "轴承(进口)"),
        ] {
            assert_eq!(normalise(one), normalise(other));
        }
        assert_ne!(normalise("螺纹钢"), normalise("螺纹钢(旧)"));
        assert_eq!(normalise("**x"), "**x");
    }

    proptest! {
        #[test]
        fn plain_blanks_are_single_and_between_words(text in "[a铝 ]{0,5}|[ \t\r\u{85}\u{a0}\u{1680}\u{2003}\u{2028}\u{202f}\u{205f}\u{3000}a铝é]{0,5}") {
            let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert!(!has_plain_blanks(text.as_bytes()) || spaced == text);
            let is_plain = text.chars().all(|character| "a铝 ".contains(character));
            prop_assert!(!is_plain || has_plain_blanks(text.as_bytes()) == (spaced == text));
        }
    }

    #[test]
    fn an_alias_makes_two_names_one() {
        let aliases = BTreeMap::from([("Rebar HRB400".to_owned(), "螺纹钢 HRB400".to_owned())]);
        let mut names = GoodsNames::new(&aliases);
        assert_eq!(
            names.intern("*金属制品*REBAR HRB400".as_bytes()).1,
            names.intern("螺纹钢 HRB400".as_bytes()).1
        );
    }
}
