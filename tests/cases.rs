//! Every folder under `tests/cases` and `tests/errors` is a test: its `transcript` holds command lines and, under each,
//! all that recv printed, byte for byte.
//!
//! ```text
//! $ recv age --as-of 2026-03-31 -o out
//! written: out/aging.csv, ...
//! = exit 1
//! $ cat out/aging.csv
//! customer_id,...
//! ```
//!
//! Lines of standard error stand before those of standard output, each after `! `; `= exit N` follows where the
//! code is not 0. A command may end in `< FILE`; `cat FILE` shows a file, `ls DIR` a folder; `lengthen FILE N` adds
//! so many `x` to a file. Commands run in a copy of the folder, in which `examples` and `books` are copies of those of
//! the project. `RECV_REWRITE=1 cargo test --test cases` writes what is printed into the transcripts; read the
//! difference before it is kept.
//!
//! Every code of a message about input files or the policy has a folder of its name under `tests/errors`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use recv::diagnostic::Code;
use recv::policy::fault::CODES;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// All folders below this one that hold a transcript.
fn transcripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            transcripts(&path, found);
        } else if path.file_name().is_some_and(|name| name == "transcript") {
            found.push(folder.to_owned());
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// What a command line prints, run in `folder`.
fn run(line: &str, folder: &Path) -> String {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    match words[0] {
        "cat" => {
            return match fs::read(folder.join(words[1])) {
                Ok(bytes) => String::from_utf8(bytes).unwrap(),
                Err(_) => "= no such file\n".to_owned(),
            };
        }
        "ls" => {
            let Ok(entries) = fs::read_dir(folder.join(words[1])) else {
                return "= no such folder\n".to_owned();
            };
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap() + "\n").collect();
            names.sort();
            return names.concat();
        }
        "lengthen" => {
            let mut file = OpenOptions::new().append(true).open(folder.join(words[1])).unwrap();
            file.write_all(&vec![b'x'; words[2].parse().unwrap()]).unwrap();
            return String::new();
        }
        "recv" => {}
        other => panic!("{other}: a transcript knows recv, cat, ls and lengthen"),
    }
    let mut input = Stdio::null();
    if let Some(at) = words.iter().position(|word| *word == "<") {
        input = File::open(folder.join(words[at + 1])).unwrap().into();
        words.truncate(at);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_recv"))
        .args(&words[1..])
        .current_dir(folder)
        .stdin(input)
        .env("LC_ALL", "C")
        .env_remove("COLUMNS")
        .output()
        .expect("recv runs");
    let mut printed = String::new();
    for line in String::from_utf8(output.stderr).unwrap().lines() {
        writeln!(printed, "! {line}").unwrap();
    }
    printed.push_str(&String::from_utf8(output.stdout).unwrap());
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        code => writeln!(printed, "= exit {}", code.expect("recv ends by itself")).unwrap(),
    }
    printed
}

/// Runs the command lines of a transcript anew.
fn replay(folder: &Path, transcript: &str) -> String {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(folder, copy.path());
    copy_folder(&project("examples"), &copy.path().join("examples"));
    copy_folder(&project("tests/books"), &copy.path().join("books"));
    let mut replayed = String::new();
    for line in transcript.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            write!(replayed, "{line}\n{}", run(command, copy.path())).unwrap();
        } else if replayed.is_empty() || line.starts_with("# ") {
            // A remark says what the case shows.
            writeln!(replayed, "{line}").unwrap();
        }
    }
    replayed
}

fn check_all(under: &str) {
    let mut folders = Vec::new();
    transcripts(&project(under), &mut folders);
    assert!(!folders.is_empty(), "no transcripts under {under}");
    let mut wrong = Vec::new();
    for folder in folders {
        let path = folder.join("transcript");
        let expected = fs::read_to_string(&path).unwrap();
        let printed = replay(&folder, &expected);
        if printed == expected {
            continue;
        }
        if std::env::var_os("RECV_REWRITE").is_some() {
            fs::write(&path, printed).unwrap();
        } else {
            wrong.push(format!("{}\n--- expected\n{expected}\n--- printed\n{printed}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{} transcripts differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_case_prints_what_its_transcript_says() {
    check_all("tests/cases");
}

#[test]
fn every_error_prints_what_its_transcript_says() {
    check_all("tests/errors");
}

#[test]
fn every_code_has_a_folder_that_shows_it_in_both_languages() {
    let input = Code::ALL.iter().map(|&(_, code, _)| code);
    let policy = CODES.iter().map(|word| word.code);
    let missing: Vec<&str> = input
        .chain(policy)
        .filter(|code| {
            let path = project("tests/errors").join(code).join("transcript");
            let transcript = fs::read_to_string(path).unwrap_or_default();
            let shown: Vec<&str> = transcript
                .split("\n$ ")
                .filter(|printed| printed.contains(&format!("[{code}]")))
                .filter_map(|printed| printed.lines().next())
                .collect();
            let in_chinese = shown.iter().filter(|command| command.contains("--lang zh")).count();
            in_chinese == 0 || in_chinese == shown.len()
        })
        .collect();
    assert!(missing.is_empty(), "not shown in English and Chinese under tests/errors: {missing:?}");
}
