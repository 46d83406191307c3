//! `recv init`: a folder to start from.

mod from;

use std::io::Write;

use super::{Exit, Failure};
use crate::cli::InitArgs;
use crate::input::Kind;
use crate::lang::Lang;
use crate::output::{self, Folder, OutputError};
use crate::policy;
use crate::terminal;

/// Runs `recv init`: the commented policy, and a file with headings for each kind of document; with `--from` a policy
/// that fits the exports found there. Nothing that is there is overwritten.
pub fn run(args: &InitArgs, lang: Lang) -> Result<Exit, Failure> {
    let (files, notes) = match &args.from {
        None => (starter_files(), Vec::new()),
        Some(exports) => {
            let found = from::look_at(exports, &args.folder, lang)?;
            (vec![("policy.toml".to_owned(), found.policy)], found.notes)
        }
    };
    let there: Vec<&str> =
        files.iter().map(|(name, _)| name.as_str()).filter(|name| args.folder.join(name).exists()).collect();
    if !there.is_empty() {
        let (folder, list) = (args.folder.display(), there.join(", "));
        return Err(Failure::Usage(
            format!("{folder}: {list} is there already, and nothing is overwritten; name another folder"),
            format!("{folder}: 已有 {list}，不会覆盖；请换一个文件夹"),
        ));
    }
    let folder = Folder::open(&args.folder, &[])?;
    let mut drafts = Vec::new();
    for (name, text) in &files {
        let mut draft = folder.file(name)?;
        let path = draft.path().to_owned();
        draft.write_all(text.as_bytes()).map_err(OutputError::at(&path))?;
        drafts.push(draft);
    }
    output::commit(drafts)?;
    if !args.voice.quiet {
        for note in notes {
            terminal::tell(&note);
        }
        let (folder, list) =
            (args.folder.display(), files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
        let list = list.join(", ");
        terminal::tell(
            &lang.pick(format!("written to {folder}: {list}"), format!("已写入 {folder}：{list}")),
        );
    }
    Ok(Exit::Done)
}

/// The names and texts of the files to start from. They begin with a UTF-8 mark, so that a spreadsheet keeps them so.
fn starter_files() -> Vec<(String, String)> {
    let headings = |kind: Kind| policy::documented_columns(kind).join(",");
    let csv = Kind::ALL
        .iter()
        .map(|&kind| (format!("{}.csv", kind.name()), format!("\u{feff}{}\n", headings(kind))));
    std::iter::once(("policy.toml".to_owned(), policy::starter_policy().to_owned())).chain(csv).collect()
}
