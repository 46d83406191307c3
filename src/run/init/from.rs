//! `recv init --from FOLDER`: a policy whose column map fits the exports that lie there, saying of each heading what it
//! was taken for, and what is unsure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::calendar::DateOrder;
use crate::diagnostic::Problem;
use crate::input::encoding::Charset;
use crate::input::survey::{Dates, Fit, Sureness, Survey, survey};
use crate::input::{InputError, Kind, Source, Sources};
use crate::lang::Lang;
use crate::policy;
use crate::run::Failure;

/// A policy that fits the exports, and what to tell the user.
pub struct Fitting {
    /// The policy's text.
    pub policy: String,
    /// What each file was taken for, and how to run recv on them.
    pub notes: Vec<String>,
}

/// A file, or a sheet of a workbook, and what it looks like.
struct Looked {
    /// Its name, with the sheet where that is needed.
    name: String,
    /// `None` where it is no table that recv reads.
    survey: Option<Survey>,
    /// Why it can't be read at all.
    fault: Option<Problem>,
    /// Other sheets of the workbook that look like the same kind of file.
    others: Vec<String>,
}

impl Looked {
    fn new(name: String, survey: Option<Survey>) -> Looked {
        Looked { name, survey, fault: None, others: Vec::new() }
    }
}

/// Looks at all tables in a folder; the policy will stand in `target`.
pub fn look_at(folder: &Path, target: &Path, lang: Lang) -> Result<Fitting, Failure> {
    let unreadable = |source| InputError::Unreadable { file: folder.display().to_string(), source };
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && is_table(&name) {
            names.push(name);
        }
    }
    names.sort();
    if names.is_empty() {
        let folder = folder.display();
        return Err(Failure::Usage(
            format!("{folder}: no export found there; recv looks for .csv, .tsv, .txt, .xlsx and .xls files"),
            format!("{folder}: 没有找到导出文件；recv 寻找 .csv、.tsv、.txt、.xlsx 和 .xls 文件"),
        ));
    }
    let mut looked: Vec<Looked> = Vec::new();
    for name in names {
        looked.extend(look_at_file(folder, &name)?);
    }
    Ok(Fitting { policy: fitted_policy(&looked), notes: notes(folder, target, &looked, lang) })
}

/// A text as one table; of a workbook the sheet that is read for each kind of file that its sheets look like, named as
/// `FILE#SHEET` where there are several sheets.
fn look_at_file(folder: &Path, name: &str) -> Result<Vec<Looked>, InputError> {
    let path = folder.join(name);
    let file = |kind: Kind| Source::file(kind, path.clone(), name.to_owned());
    let look = |source: &Source, hint: &str| survey(source, hint).map_err(source.unreadable());
    // No sheet has this name: the answer lists those that there are.
    let probe = prepared(file(Kind::Orders).with_sheet("\u{0}".to_owned()))?;
    let sheets = match probe.first().and_then(Source::fault) {
        Some(Problem::NoSheet(_, sheets)) => sheets.clone(),
        _ => Vec::new(),
    };
    if sheets.is_empty() {
        let mut looked = Looked::new(name.to_owned(), None);
        for source in prepared(file(Kind::Orders))?.iter().take(1) {
            looked.fault = source.fault().cloned();
            looked.survey = if looked.fault.is_none() { look(source, name)? } else { None };
        }
        return Ok(vec![looked]);
    }
    let mut looked: Vec<Looked> = Vec::new();
    for sheet in &sheets {
        let label = format!("{name}#{sheet}");
        let named = prepared(file(Kind::Orders).with_sheet(sheet.clone()))?;
        let Some(source) = named.first() else { continue };
        let Some(found) = look(source, &label)? else { continue };
        // What recv reads where the file alone is named: one sheet, or the parts of a list that is spread over several.
        let parts = prepared(file(found.kind))?;
        let mut places = parts.iter().map(|part| part.label == label);
        let (is_first, is_part) = (places.next() == Some(true), places.any(|is_it| is_it));
        let is_whole_file = sheets.len() == 1 || (is_first && parts.len() > 1);
        let same_kind =
            |other: &&mut Looked| other.survey.as_ref().is_some_and(|other| other.kind == found.kind);
        match looked.iter_mut().find(same_kind) {
            Some(other) if is_first => {
                let taken = if is_whole_file { name.to_owned() } else { label };
                other.others.push(std::mem::replace(&mut other.name, taken));
                other.survey = Some(found);
            }
            Some(other) if !is_part => other.others.push(label),
            Some(_) => {}
            None => {
                let taken = if is_whole_file { name.to_owned() } else { label };
                looked.push(Looked::new(taken, Some(found)));
            }
        }
    }
    if looked.is_empty() {
        looked.push(Looked::new(name.to_owned(), None));
    }
    Ok(looked)
}

/// The file, or those of its sheets that are read, as everything behind can read them.
fn prepared(source: Source) -> Result<Vec<Source>, InputError> {
    let sources = Sources { files: vec![source], ..Sources::default() };
    Ok(sources.prepared(Charset::Auto, &BTreeMap::new())?.files)
}

fn is_table(name: &str) -> bool {
    let name = name.to_lowercase();
    [".csv", ".tsv", ".txt", ".xlsx", ".xls"].iter().any(|end| name.ends_with(end))
}

/// The default policy with the column map, and the order of dates where the files show it.
fn fitted_policy(looked: &[Looked]) -> String {
    const MAP: &str = "\n[input.columns]\n";
    const DATES: &str = "\ndates = \"refuse\"\n";
    let surveys: Vec<(&str, &Survey)> =
        looked.iter().filter_map(|looked| Some((looked.name.as_str(), looked.survey.as_ref()?))).collect();
    let mut map = MAP.to_owned();
    for kind in Kind::ALL {
        let files: Vec<&(&str, &Survey)> = surveys.iter().filter(|(_, survey)| survey.kind == kind).collect();
        if !files.is_empty() {
            let _ = writeln!(map, "\n[input.columns.{}]", kind.name());
        }
        let mut told = Told::of(&files);
        for (name, survey) in files {
            let _ = writeln!(map, "# {}:", one_line(name));
            for fit in &survey.fits {
                told.write_fit(&mut map, fit);
            }
            for column in &survey.missing {
                let _ = writeln!(map, "# MISSING: no heading was found for {column}; {column} = [\"...\"]");
            }
            if !survey.unused.is_empty() {
                let unused: Vec<String> = survey.unused.iter().map(|heading| one_line(heading)).collect();
                let _ = writeln!(map, "# not used: {}", unused.join(", "));
            }
        }
    }
    let text = policy::starter_policy().replacen(MAP, &map, 1);
    match date_order(&surveys) {
        Dates::Clear => text,
        Dates::Shown(order) => text.replacen(DATES, &format!("\ndates = \"{}\"\n", order_word(order)), 1),
        Dates::Open => text.replacen(
            DATES,
            "\n# UNSURE: the files hold dates such as 3/4/2026 that can be read either way; set \"mdy\" or \"dmy\".\ndates = \"refuse\"\n",
            1,
        ),
    }
}

/// The headings of one kind of file that the policy must tell, as the files have them, by column.
struct Told {
    headings: BTreeMap<&'static str, Vec<String>>,
    written: Vec<&'static str>,
}

impl Told {
    fn of(files: &[&(&str, &Survey)]) -> Told {
        let mut headings: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for fit in files.iter().flat_map(|(_, survey)| &survey.fits).filter(|fit| must_be_told(fit)) {
            let (told, heading) = (headings.entry(fit.column).or_default(), one_line(&fit.heading));
            if !told.contains(&heading) {
                told.push(heading);
            }
        }
        Told { headings, written: Vec::new() }
    }

    /// One heading: a comment where recv knows it, a line of the map where it must be told.
    fn write_fit(&mut self, map: &mut String, fit: &Fit) {
        let Fit { column, .. } = fit;
        let heading = one_line(&fit.heading);
        let _ = match &fit.sureness {
            Sureness::Known if heading == *column => Ok(()),
            Sureness::Known => writeln!(map, "#   {column} = {heading} (known)"),
            Sureness::OneOfTwo(other) => {
                writeln!(
                    map,
                    "# UNSURE: {heading} and {} may both mean {column}; choose one",
                    one_line(other)
                )
            }
            Sureness::Alike(known) if fit.needed => {
                writeln!(map, "# UNSURE: {heading} is taken for {column} by its likeness to {known}")
            }
            Sureness::Alike(_) => writeln!(map, "# perhaps: {column} = [{}]", quoted(&heading)),
        };
        if must_be_told(fit) && !self.written.contains(column) {
            self.written.push(column);
            let told = self.headings.get(column).into_iter().flatten();
            let list: Vec<String> = told.map(|heading| quoted(heading)).collect();
            let _ = writeln!(map, "{column} = [{}]", list.join(", "));
        }
    }
}

/// Whether recv can't know by itself that the heading means its column.
fn must_be_told(fit: &Fit) -> bool {
    match fit.sureness {
        Sureness::Known => false,
        Sureness::OneOfTwo(_) => true,
        Sureness::Alike(_) => fit.needed,
    }
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A heading in one line: how its blanks and line breaks stand does not matter where headings are compared.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control())
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A path as a shell takes it for one word.
fn shell_word(path: &Path) -> String {
    let path = path.display().to_string();
    // What begins with a dash would be taken for an option.
    let path = if path.starts_with('-') { format!("./{path}") } else { path };
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

fn date_order(surveys: &[(&str, &Survey)]) -> Dates {
    let mut orders = surveys.iter().map(|(_, survey)| survey.dates).filter(|dates| *dates != Dates::Clear);
    let Some(first) = orders.next() else { return Dates::Clear };
    // Files that show different orders are for a person to settle; one that shows none follows one that does.
    orders.fold(first, |before, next| match (before, next) {
        (Dates::Open, shown) | (shown, Dates::Open) => shown,
        (one, other) if one == other => one,
        _ => Dates::Open,
    })
}

const fn order_word(order: DateOrder) -> &'static str {
    match order {
        DateOrder::YearMonthDay => "ymd",
        DateOrder::MonthDayYear => "mdy",
        DateOrder::DayMonthYear => "dmy",
    }
}

/// What each file was taken for, and the command that reads them all.
fn notes(folder: &Path, target: &Path, looked: &[Looked], lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    let mut command = "recv check".to_owned();
    for Looked { name, survey, fault, others } in looked {
        if let Some(fault) = fault {
            notes.push(format!("{name}: [{}] {}", fault.code().text(), fault.text(lang)));
            continue;
        }
        let Some(survey) = survey else {
            notes.push(lang.pick(
                format!("{name}: not recognised as any file that recv reads"),
                format!("{name}: 认不出是哪一种文件"),
            ));
            continue;
        };
        let unsure = survey.fits.iter().filter(|fit| fit.needed && fit.sureness != Sureness::Known).count();
        let (kind, missing) = (survey.kind.name(), survey.missing.join(", "));
        let mut note = format!("{name}: {}", lang.pick(kind, survey.kind.say(lang)));
        if unsure > 0 {
            note.push_str(&lang.pick(
                format!("; unsure headings: {unsure}, see policy.toml"),
                format!("；不确定的表头：{unsure}，见 policy.toml"),
            ));
        }
        if !missing.is_empty() {
            note.push_str(
                &lang.pick(format!("; no heading for {missing}"), format!("；缺少 {missing} 的表头")),
            );
        }
        if !others.is_empty() {
            let others = others.join(", ");
            note.push_str(&lang.pick(
                format!("; UNSURE whether rather, or as well: {others}"),
                format!("；不确定是否应改用或加上：{others}"),
            ));
        }
        notes.push(note);
        let _ = write!(command, " --{kind} {}", shell_word(&folder.join(name)));
    }
    let command = format!("{command} -p {}", shell_word(&target.join("policy.toml")));
    notes.push(lang.pick(format!("next: {command}"), format!("下一步：{command}")));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A heading: one that recv knows, or one of any letters, perhaps around a known one.
    fn heading() -> impl Strategy<Value = String> {
        let known: Vec<&str> = Kind::ALL
            .into_iter()
            .flat_map(crate::input::columns::specs_of)
            .flat_map(|spec| spec.aliases.iter().copied().flatten().chain([&spec.name]))
            .copied()
            .collect();
        let known = prop::sample::select(known);
        let odd = "[\\PC\"'\\\\#=\\[\\]\n\r\t\u{7f}\u{85}\u{2028}]{0,6}";
        prop_oneof![
            3 => known.clone().prop_map(str::to_owned),
            1 => odd,
            2 => (odd, known, odd).prop_map(|(before, known, after)| format!("{before}{known}{after}")),
        ]
    }

    proptest! {
        #[test]
        fn the_policy_loads_whatever_the_files_are_called_and_their_headings_hold(
            files in prop::collection::vec(("\\PC{0,9}[\n\r\t\u{85}\"']?", prop::collection::vec(heading(), 1..14)), 1..5)
        ) {
            let look = |(name, headings): &(String, Vec<String>)| {
                let cells: Vec<String> =
                    headings.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\""))).collect();
                let text = format!("{}\n{}\n", cells.join(","), vec!["3/4/2026"; headings.len()].join(","));
                let source = Source::memory(Kind::Orders, name, text.as_bytes());
                Looked::new(name.clone(), survey(&source, name).unwrap())
            };
            let looked: Vec<Looked> = files.iter().map(look).collect();
            let text = fitted_policy(&looked);
            prop_assert!(policy::load(Some(("policy.toml", &text))).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_path_is_one_word_to_a_shell() {
        for (path, word) in [
            ("exports/订单.csv", "exports/订单.csv"),
            ("my books/policy.toml", "'my books/policy.toml'"),
            ("it's/a.xlsx#表 1", "'it'\\''s/a.xlsx#表 1'"),
            ("-x/a.csv", "./-x/a.csv"),
            ("$(rm)/`a`;b&c|d*?~!", "'$(rm)/`a`;b&c|d*?~!'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(Path::new(path)), word);
        }
    }
}
