//! When two goods names are the same: the names of all documents are compared after normalising.

use std::collections::BTreeMap;

use crate::eights::{are_equal, ends, has_byte};
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
    pub fn is(&self, (name, own): (Id<GoodsName>, Id<Label>), written: &[u8], seen: &mut SeenNames) -> bool {
        are_plainly_alike(self.written(own), written) || self.find_written(written, seen).1 == Some(name)
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

/// Whether the name of a document plainly is that of an order line which writes it so: as most documents do, it writes it in
/// the same way, or as invoices do, behind a category.
#[inline(always)]
pub fn are_plainly_alike(own: &[u8], written: &[u8]) -> bool {
    are_equal(own, written) || is_behind_category(own, written)
}

/// Whether the text is `*category*` and then the name, so plainly that both are the same name after
/// [normalising](normalise), which is not asked.
#[inline(never)]
fn is_behind_category(name: &[u8], text: &[u8]) -> bool {
    // Before a letter, a digit or a common Chinese character nothing changes what the asterisk says, nor does one follow that
    // begins a category of the name's own.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, 0xe4..=0xe9);
    let Some((before, own)) = text.split_at_checked(text.len().wrapping_sub(name.len())) else {
        return false;
    };
    let [b'*', category @ .., b'*'] = before else { return false };
    let starts_plainly = name.first().is_some_and(|&first| is_plain(first));
    starts_plainly && are_equal(own, name) && !category.is_empty() && !may_hold_asterisk(category)
}

/// Whether the text may hold an asterisk when it is folded.
#[inline]
fn may_hold_asterisk(text: &[u8]) -> bool {
    // All other signs that are folded to an asterisk begin with this byte.
    const OTHERS: u8 = 0xef;
    if text.len() > 16 {
        return text.iter().any(|&byte| byte == b'*' || byte == OTHERS);
    }
    let (first, last) = ends(text);
    [first, last].iter().any(|&bytes| has_byte(bytes, b'*') | has_byte(bytes, OTHERS))
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

    proptest! {
        #[test]
        fn what_is_plainly_behind_a_category_is_the_same_name(category in "[^*]{0,6}|[a铝*＊﹡ \u{338}]{0,4}", name in "[^*]{0,6}|[a5铝*＊ Ａ\u{338}]{0,4}|[a5铝][^*]{0,4}") {
            let text = format!("*{category}*{name}");
            let is_plain = is_behind_category(name.as_bytes(), text.as_bytes());
            prop_assert!(!is_plain || normalise(&text) == normalise(&name));
            prop_assert!(!is_behind_category(name.as_bytes(), name.as_bytes()));
        }
    }

    #[test]
    fn signs_that_are_folded_to_an_asterisk_begin_alike() {
        for character in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let text = character.to_string();
            assert!(character == '*' || text.as_bytes()[0] == 0xef || !folded(&text).contains('*'));
        }
        assert!(is_behind_category("铝板".as_bytes(), "*金属制品*铝板".as_bytes()));
        assert!(!is_behind_category("铝板".as_bytes(), "**铝板".as_bytes()));
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
