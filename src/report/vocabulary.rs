//! Words that a policy gives as free text and that the default policy uses: departments and channels. Tables in Chinese
//! say them in Chinese; any other word stays as it is written.

use super::Cell;
use crate::lang::{Lang, Word};

const fn word(code: &'static str, en: &'static str, zh: &'static str) -> Word {
    Word { code, en, zh }
}

const WORDS: [Word; 15] = [
    word("finance", "finance", "财务"),
    word("sales", "sales", "销售"),
    word("legal", "legal", "法务"),
    word("warehouse", "warehouse", "仓库"),
    word("logistics", "logistics", "物流"),
    word("email", "email", "电子邮件"),
    word("phone", "phone", "电话"),
    word("sms", "sms", "短信"),
    word("letter", "letter", "信函"),
    word("visit", "visit", "上门"),
    word("internal", "internal", "内部"),
    word("law_firm", "law firm", "律所"),
    word("court", "court", "法院"),
    word("insurer", "insurer", "保险公司"),
    word("management", "management", "管理层"),
];

/// A department or a channel of a report of many rows, looked up once.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    text: String,
    word: Option<Word>,
}

impl Said {
    /// What the policy says.
    pub fn new(text: &str) -> Said {
        Said { text: text.to_owned(), word: known(text) }
    }

    /// Its cell: files carry its code.
    #[inline]
    pub fn cell(&self) -> Cell<'_> {
        self.word.map_or_else(|| Cell::text(&self.text), Cell::Word)
    }
}

fn known(text: &str) -> Option<Word> {
    WORDS.into_iter().find(|word| word.code == text)
}

/// A department or a channel in a language, for reports whose words are all in it; English is the code.
pub fn say(text: &str, lang: Lang) -> &str {
    known(text).map_or(text, |word| lang.pick(text, word.zh))
}
