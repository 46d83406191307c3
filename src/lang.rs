//! The two languages of tables and messages.

/// The language in which recv speaks to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// Chinese (中文).
    Zh,
}

impl Lang {
    /// The language of a locale's name such as `zh_CN.UTF-8`; English where it is no Chinese one.
    pub fn of_locale(locale: &str) -> Lang {
        if locale.to_ascii_lowercase().starts_with("zh") { Lang::Zh } else { Lang::En }
    }

    /// One of two texts.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// A word of a report's vocabulary: the code that files carry, and how tables say it in each language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// What CSV and JSON carry, the same in every language.
    pub code: &'static str,
    /// English, for tables.
    pub en: &'static str,
    /// Chinese, for tables.
    pub zh: &'static str,
}

impl Word {
    /// The word in a language.
    pub fn say(self, lang: Lang) -> &'static str {
        lang.pick(self.en, self.zh)
    }
}
