//! `recv policy`: the policy in force, and where each value comes from.

use std::path::PathBuf;

use super::load::load_policy;
use super::publish::Target;
use super::{Exit, Failure, publish};
use crate::cli::PolicyArgs;
use crate::lang::Lang;
use crate::policy::origin::OriginRow;
use crate::report::page::Page;
use crate::report::table::TableStyle;
use crate::report::{Cell, Column, Format, HeadingStyle, headings};
use crate::terminal::Screen;

/// Runs `recv policy`.
pub fn run(args: &PolicyArgs, lang: Lang) -> Result<Exit, Failure> {
    let (policy, origins, file) = load_policy(args.policy.as_deref(), &args.data)?;
    let inputs: Vec<PathBuf> = file.iter().map(PathBuf::from).collect();
    let target = Target { path: args.output.as_deref(), inputs: &inputs };
    if args.format == Format::Table {
        let screen = Screen::of(args.voice.color, args.output.is_some());
        let mut page = Page::new(TableStyle::on(screen, lang));
        page.title(lang.pick("Policy in force", "现行政策")).policy(file.as_deref()).gap();
        page.table(&columns(lang), &origins.rows, None);
        publish::text(target, &page.finish())?;
    } else {
        let style = args.voice.lang.map_or(HeadingStyle::Keys, HeadingStyle::Spoken);
        let columns = columns(args.voice.lang.unwrap_or(Lang::En));
        publish::single(
            target,
            args.format,
            "policy",
            &columns,
            &origins.rows,
            style,
            policy.output.csv_bom,
        )?;
    }
    Ok(Exit::Done)
}

fn columns(lang: Lang) -> Vec<Column<OriginRow>> {
    vec![
        Column::new(headings::KEY, |row| Cell::text(&row.key)),
        Column::new(headings::VALUE, |row| Cell::text(&row.value)),
        Column::spoken(headings::ORIGIN, lang, |row, lang| Cell::Text(row.origin.text(lang).into())),
    ]
}
