//! The two languages of tables and messages.

use std::io::{self, ErrorKind};

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

/// A system's error in words that say what to do about it, where it is a common one.
pub fn system_error(error: &io::Error, lang: Lang) -> String {
    let common = match error.kind() {
        ErrorKind::NotFound => ("there is no such file or folder", "没有这个文件或文件夹"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("the disk is full", "磁盘已满"),
        ErrorKind::PermissionDenied => {
            ("no permission, or another program has the file open", "没有权限，或文件正被其他程序打开")
        }
        ErrorKind::ReadOnlyFilesystem => ("the disk is read-only", "磁盘为只读"),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            ("a file stands where a folder is needed", "需要文件夹的位置上已有同名文件")
        }
        ErrorKind::IsADirectory => ("it is a folder", "它是一个文件夹"),
        _ => return error.to_string(),
    };
    lang.pick(common.0, common.1).to_owned()
}
