//! Files that are broken in every way a disk, a spreadsheet or a hurried hand can think of: recv ends with exit code
//! 0, 1 or 2, tells what is wrong in its one form, and accounts for every row.
//!
//! The example's files are mutilated by a seeded generator, so that a failure can be run again: `RECV_CASES=5000
//! RECV_SEED=7 cargo test --test broken_files` runs that many cases from that seed on.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use recv::diagnostic::Code;
use recv::policy::fault::CODES;
use serde_json::Value;

/// Numbers that a seed decides (`SplitMix64`).
struct Chance(u64);

impl Chance {
    /// A number below `limit`; 0 where that is 0.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    fn one_of<'t, T: ?Sized>(&mut self, choices: &[&'t T]) -> &'t T {
        choices[self.below(choices.len())]
    }
}

/// What a cell is overwritten with.
const CELLS: [&[u8]; 48] = [
    b"",
    b"-",
    b"--",
    b"0",
    b"-0",
    b"-1",
    b"1",
    b"1.5",
    b"0.00000001",
    b"0.000000000001",
    b"999999999999999",
    b"-999999999999999.99",
    b"999999999999999.99",
    b"1000000000000000",
    b"9999999999999999999999999999",
    b"99999999999999999999999999999999999999999999999999",
    b"1e999",
    b"2.6E+19",
    b"NaN",
    b"inf",
    b"1,234.56",
    b"\"1,234.56\"",
    b"(12.00)",
    b"0x10",
    b"13%",
    b"1300%",
    b"-13%",
    b"0001-01-01",
    b"1900-02-29",
    b"9999-12-31",
    b"10000-01-01",
    b"99999999",
    b"2026-02-30",
    b"2026/3/1",
    b"03/04/2026",
    b"2026-03",
    b"46082",
    b"red",
    b"void",
    b"dishonoured",
    b"cancelled",
    b"commercial_acceptance",
    b"100% sign+99999",
    b"sign.eom+36500",
    b"30% order,70% sign+999999999999",
    "预付30%,货到60%,质保10%365天".as_bytes(),
    "=1+1'\u{feff}\u{202e}".as_bytes(),
    b"\x1b[31m",
];

/// Bytes that have no business in a table.
const NOISE: [&[u8]; 16] = [
    b"\0",
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc0\xaf",
    b"\xe5\xae",
    b"\xb2\xfa\xc6\xb7",
    b"\x81\x30\x81\x30",
    b"\x1b",
];

/// Breaks a text in one way.
fn mutilate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    match chance.below(14) {
        0 => bytes.truncate(at),
        1 => {
            for _ in 0..=chance.below(4) {
                let at = chance.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
        }
        2 => {
            let noise = chance.one_of(&NOISE);
            bytes.splice(at..at, noise.iter().copied());
        }
        3 => {
            let end = (at + chance.below(40)).min(bytes.len());
            let random: Vec<u8> = (0..chance.below(40)).map(|_| chance.below(256) as u8).collect();
            bytes.splice(at..end, random);
        }
        4..=7 => {
            for _ in 0..=chance.below(3) {
                break_cell(bytes, chance);
            }
        }
        way => break_lines(bytes, way, chance),
    }
}

/// Overwrites a cell.
fn break_cell(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let is_end = |byte: &u8| matches!(byte, b',' | b'\n' | b'=' | b'\t');
    let at = chance.below(bytes.len() + 1);
    let start = bytes[..at].iter().rposition(is_end).map_or(0, |found| found + 1);
    let end = bytes[at..].iter().position(is_end).map_or(bytes.len(), |found| at + found);
    let cell = chance.one_of(&CELLS);
    bytes.splice(start..end, cell.iter().copied());
}

/// Swaps, drops, doubles or shortens lines.
fn break_lines(bytes: &mut Vec<u8>, way: usize, chance: &mut Chance) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let (one, other) = (chance.below(lines.len()), chance.below(lines.len()));
    match way {
        8 => lines.swap(one, other),
        9 => drop(lines.remove(one)),
        10 => lines.insert(other, lines[one].clone()),
        11 => drop(lines.remove(0)),
        12 => {
            let delimiter = chance.one_of(&[b",".as_slice(), b"\"", b"\n"]);
            let line = &mut lines[one];
            *line = line.iter().copied().filter(|byte| !delimiter.contains(byte)).collect();
        }
        _ => {
            for line in &mut lines {
                line.truncate(line.len().saturating_sub(chance.below(3)));
            }
        }
    }
    *bytes = lines.join(&b'\n');
}

const FILES: [&str; 7] = [
    "orders.csv",
    "shipments.csv",
    "receipts.csv",
    "invoices.csv",
    "payments.csv",
    "customers.csv",
    "allowance.csv",
];

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The example's files, and the built-in policy as a company's own.
static WHOLE: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let read = |name| (name, fs::read(project("examples/first-month").join(name)).unwrap());
    let policy = ("policy.toml", fs::read(project("policy.toml")).unwrap());
    FILES.into_iter().map(read).chain([policy]).collect()
});

/// Writes the files, some of them broken. Every fifth case breaks the policy.
fn lay_out(folder: &Path, seed: u64, chance: &mut Chance) {
    let policy_too = seed.is_multiple_of(5);
    let target = if policy_too { "policy.toml" } else { chance.one_of(&FILES) };
    for (name, whole) in WHOLE.iter() {
        if *name == "policy.toml" && !policy_too {
            continue;
        }
        let mut bytes = whole.clone();
        if *name == target || chance.below(6) == 0 {
            for _ in 0..=chance.below(3) {
                mutilate(&mut bytes, chance);
            }
        }
        fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Whether the line has the one form of messages about files: `FILE:LINE:COLUMN: [CODE] what; what would be right`.
fn has_the_form(line: &str) -> bool {
    let codes = || Code::ALL.iter().map(|&(_, code, _)| code).chain(CODES.iter().map(|word| word.code));
    let Some((place, text)) = codes().find_map(|code| line.split_once(&format!(": [{code}] "))) else {
        return false;
    };
    let mut place = place.splitn(3, ':');
    let file = place.next().unwrap_or_default();
    let known_file = WHOLE.iter().any(|(name, _)| file.ends_with(name));
    let has_line = place.next().is_some_and(|line| line.parse::<u64>().is_ok_and(|line| line > 0));
    known_file && has_line && text.contains("; ")
}

/// The other line that a run may end with: the count of further faults.
fn is_known(line: &str) -> bool {
    line.starts_with("and ") && line.ends_with(" in all)")
}

/// What no user should read.
const INNARDS: [&str; 15] = [
    "panicked",
    "RUST_BACKTRACE",
    "Some(",
    "Ok(",
    "Err(",
    "Error {",
    "Utf8Error",
    "ParseIntError",
    "Problem::",
    "Place(",
    "Id(",
    "src/",
    "[IDENTITY]",
    "fault of recv",
    "unwrap",
];

fn check_output(line: &str, output: &Output) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap_or_else(|_| panic!("{line}: not UTF-8"));
    let code = output.status.code();
    assert!(matches!(code, Some(0..=2)), "{line}: {:?}\n{stderr}", output.status);
    for word in INNARDS {
        // A user's own text may hold any word; the example's does not.
        assert!(!stderr.contains(word), "{line}: {word}\n{stderr}");
    }
    assert!(!stderr.contains('\x1b'), "{line}: steers the terminal\n{stderr}");
    if code == Some(2) {
        assert!(!stderr.is_empty(), "{line}: exit 2 without a word");
        assert!(output.stdout.is_empty(), "{line}: exit 2, and something printed");
        for told in stderr.lines() {
            assert!(has_the_form(told) || is_known(told), "{line}: not in the one form: {told}");
        }
    }
}

/// An amount as JSON states it, in cents.
fn cents(value: &Value) -> i128 {
    value.as_str().map_or(0, |text| text.replace('.', "").parse().unwrap())
}

/// Rows read = used + left out + set aside, in number and in money, of every file and currency.
fn check_accounts(line: &str, stdout: &[u8]) {
    let report: Value = serde_json::from_slice(stdout).unwrap_or_else(|error| panic!("{line}: {error}"));
    for file in report["files"].as_array().unwrap() {
        let rows = |key: &str| file[key].as_u64().unwrap();
        assert_eq!(
            rows("rows_read"),
            rows("used") + rows("left_out") + rows("set_aside"),
            "{line}: rows of {file}"
        );
        let money = |key: &str| cents(&file[key]);
        assert_eq!(
            money("money_read"),
            money("money_used") + money("money_left_out") + money("money_set_aside"),
            "{line}: money of {file}"
        );
        let is_of_file = |row: &&Value| row["file"] == file["file"] && row["currency"] == file["currency"];
        let left_out = report["left_out"].as_array().unwrap().iter().filter(is_of_file);
        let (left_rows, left_money) = left_out.fold((0, 0), |(rows, money), row| {
            (rows + row["rows"].as_u64().unwrap(), money + cents(&row["money"]))
        });
        assert_eq!((left_rows, left_money), (rows("left_out"), money("money_left_out")), "{line}: {file}");
        let problems = report["problems"].as_array().unwrap();
        let of_file = problems.iter().filter(|row| row["file"] == file["file"]).count() as u64;
        assert!(of_file >= rows("set_aside"), "{line}: a row set aside without a problem: {file}");
    }
}

fn run(folder: &Path, words: &[&str], seed: u64) -> (String, Output) {
    let output = Command::new(env!("CARGO_BIN_EXE_recv"))
        .args(words)
        .args(["--as-of", "2026-03-31"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("LC_ALL", "C")
        .output()
        .expect("recv runs");
    (format!("seed {seed}: recv {}", words.join(" ")), output)
}

fn one_case(seed: u64, all_commands: bool) {
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Chance(seed);
    lay_out(folder.path(), seed, &mut chance);
    let (line, output) = run(folder.path(), &["check", "-f", "json"], seed);
    check_output(&line, &output);
    let sound = output.status.code() == Some(0);
    if output.status.code() != Some(2) {
        check_accounts(&line, &output.stdout);
    }
    let commands = ["match", "age", "collect", "provision"];
    let only = chance.below(commands.len());
    for (number, command) in commands.into_iter().enumerate() {
        if !all_commands && number != only {
            continue;
        }
        let lenient = [command, "--lenient", "-v", "-f", "json"];
        let (line, output) = run(folder.path(), &lenient, seed);
        check_output(&line, &output);
        let lenient_done = output.status.code() != Some(2);
        let (line, output) = run(folder.path(), &[command, "-o", &format!("out-{command}")], seed);
        check_output(&line, &output);
        let done = output.status.code() != Some(2);
        let written = folder.path().join(format!("out-{command}")).exists();
        assert_eq!(written, done, "{line}: reports are written where it is done, and only there");
        assert!(done || !sound, "{line}: check finds nothing, and the command stops");
        assert!(lenient_done || !done, "{line}: done, but not with --lenient");
    }
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// How many cases a usual run takes; longer ones run every command.
const USUAL: u64 = 150;

#[test]
fn broken_files_are_told_of_and_accounted_for() {
    let (cases, seed) = (setting("RECV_CASES", USUAL), setting("RECV_SEED", 1));
    let all_commands = cases > USUAL;
    let failures: Vec<String> = (seed..seed + cases)
        .filter_map(|seed| {
            let outcome = std::panic::catch_unwind(|| one_case(seed, all_commands));
            outcome.err().map(|failure| {
                failure.downcast_ref::<String>().cloned().unwrap_or_else(|| format!("seed {seed}"))
            })
        })
        .collect();
    assert!(failures.is_empty(), "{} of {cases} cases\n{}", failures.len(), failures.join("\n\n"));
}

/// A byte that fits no encoding, a NUL or an open quotation mark is found wherever it stands, be the row looked at twice or
/// not: never is a row lost for it.
#[test]
fn a_broken_byte_is_found_wherever_it_stands() {
    const TEXT: &str = "payments of March\ninvoice_no,invoice_date,customer_id,gross_amount,remark\nI1,2026-01-05,C1,1.00,合页\n\
                        I2,2026-01-06,C1,2.00,b\nI3,2026-01-07,C2,3.00,\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("invoices.csv");
    for text in [TEXT, TEXT.split_once('\n').unwrap().1] {
        for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            for (broken, codes) in [
                (&b"\xff"[..], &["BAD_ENCODING"][..]),
                (b"\0", &["CONTROL_CHARACTER", "COLUMN_MISSING"]),
                (b"\"", &["QUOTE_OPEN", "QUOTE_STRAY", "COLUMN_MISSING"]),
            ] {
                let (before, after) = text.as_bytes().split_at(at);
                fs::write(&path, [before, broken, after].concat()).unwrap();
                let ran = Command::new(env!("CARGO_BIN_EXE_recv"))
                    .args(["age", "--as-of", "2026-03-31", "--lang", "en"])
                    .current_dir(folder.path())
                    .output()
                    .unwrap();
                let said = String::from_utf8_lossy(&ran.stderr);
                let found = codes.iter().any(|code| said.contains(&format!("[{code}]")));
                assert!(ran.status.code() == Some(2) && found, "{broken:?} at {at}: {said}");
            }
        }
    }
}

/// One row of the table of odd inputs: what it is, the file, the exit code, what is said of it, in one of these words each.
type Odd = (&'static str, Vec<u8>, i32, &'static [&'static str]);

const HEADING: &str = "invoice_no,invoice_date,customer_id,gross_amount,remark\n";

/// A file of invoices below the usual heading.
fn below_heading(rows: &str) -> Vec<u8> {
    format!("{HEADING}{rows}").into_bytes()
}

/// An invoice of this amount.
fn amount(text: &str) -> Vec<u8> {
    below_heading(&format!("I1,2026-01-05,C1,{text},\n"))
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = text.encode_utf16().collect::<Vec<u16>>();
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    [0xfeff].into_iter().chain(units).flat_map(bytes).collect()
}

/// What `recv check` must say of each odd input, in one place: nothing is swallowed, guessed or cut in silence.
fn odd_inputs() -> Vec<Odd> {
    let good = "I1,2026-01-05,C1,100.00,\n";
    vec![
        (
            "unterminated quote",
            below_heading(&format!("{good}I2,2026-01-05,\"C1,1.00,\n{good}")),
            1,
            &["invoices.csv:3: [QUOTE_OPEN]", "  3     2 "],
        ),
        (
            "text behind a quote",
            below_heading("I1,2026-01-05,\"C\"1,1.00,\n"),
            1,
            &["invoices.csv:2: [QUOTE_STRAY]"],
        ),
        (
            "a quote inside a text",
            below_heading("I1,2026-01-05,C\"1,1.00,\n"),
            1,
            &["invoices.csv:2: [QUOTE_STRAY]"],
        ),
        ("NUL", below_heading("I1,2026-01-05,C\0,1.00,\n"), 1, &["invoices.csv:2: [CONTROL_CHARACTER]"]),
        ("escape", below_heading("I1,2026-01-05,C\x1b,1.00,\n"), 1, &["invoices.csv:2: [CONTROL_CHARACTER]"]),
        (
            "vertical tab",
            below_heading("I1,2026-01-05,C\x0b,1.00,\n"),
            1,
            &["invoices.csv:2: [CONTROL_CHARACTER]"],
        ),
        ("tab within a cell", below_heading("I1,2026-01-05,C 1,1.00,a\tb\n"), 0, &["Problems: 0"]),
        ("UTF-8 mark", [b"\xef\xbb\xbf".to_vec(), amount("1.00")].concat(), 0, &["UTF-8 with mark"]),
        ("UTF-16, little end first", utf16(&format!("{HEADING}{good}"), false), 0, &["UTF-16LE"]),
        ("UTF-16, big end first", utf16(&format!("{HEADING}{good}"), true), 0, &["UTF-16BE"]),
        ("GBK", [HEADING.as_bytes(), b"I1,2026-01-05,\xba\xa3\xb4\xa8,1.00,\n"].concat(), 0, &["GB18030"]),
        (
            "GBK that is UTF-8 too",
            [HEADING.as_bytes(), b"I1,2026-01-05,\xc2\xac,1.00,\n"].concat(),
            1,
            &["[ENCODING_AMBIGUOUS]"],
        ),
        (
            "bytes of no encoding",
            [HEADING.as_bytes(), b"I1,2026-01-05,\xe5\xae\xff,1.00,\n"].concat(),
            1,
            &["[BAD_ENCODING]", ": byte 7"],
        ),
        (
            "Big5 headings",
            b"\xb5\xb2\xb8\xb9,\xb6}\xb2\xbc\xa4\xe9,\xab\xc8\xa4\xe1,\xaa\xf7\xc3B\nI1,2026-01-05,C1,1.00\n"
                .to_vec(),
            1,
            &["[COLUMN_MISSING]"],
        ),
        (
            "line ends of three kinds",
            format!(
                "{}\r\nI1,2026-01-05,C1,1.00,\nI2,2026-01-05,C1,1.00,\rI3,2026-01-05,C1,1.00,\r\n",
                HEADING.trim_end()
            )
            .into_bytes(),
            0,
            &["line ends of several kinds (LF 1, CRLF 2, CR 1)"],
        ),
        (
            "a cell too few",
            below_heading("I1,2026-01-05,C1,1.00\n"),
            1,
            &["invoices.csv:2: [ROW_LENGTH] 4 cells where the heading has 5"],
        ),
        (
            "a cell too many",
            below_heading("I1,2026-01-05,C1,1.00,x,y\n"),
            1,
            &["invoices.csv:2: [ROW_LENGTH] 6 cells where the heading has 5"],
        ),
        (
            "an amount split by its comma",
            below_heading("I1,2026-01-05,C1,56,500.00,\n"),
            1,
            &["[ROW_LENGTH]", "\"56,500.00\""],
        ),
        (
            "two columns of one name",
            b"invoice_no,invoice_date,customer_id,gross_amount,gross_amount\nI1,2026-01-05,C1,1,2\n".to_vec(),
            1,
            &["[COLUMN_AMBIGUOUS] two headings mean gross_amount: 'gross_amount' and 'gross_amount'"],
        ),
        (
            "a needed column misspelt",
            b"invoice_no,invoice_dat,customer_id,gross_amount\nI1,2026-01-05,C1,1\n".to_vec(),
            1,
            &["invoice_date: [COLUMN_MISSING]", "perhaps 'invoice_dat'"],
        ),
        (
            "an unknown column",
            b"invoice_no,invoice_date,customer_id,gross_amount,whim\nI1,2026-01-05,C1,1,x\n".to_vec(),
            0,
            &["not used: whim"],
        ),
        (
            "blank lines",
            below_heading(&format!("\n{good}\n,,,,\n \u{3000},,,,\n")),
            0,
            &["1     1         0          0            4"],
        ),
        (
            "semicolons",
            format!("{HEADING}{good}").replace(',', ";").into_bytes(),
            0,
            &["Problems: 0", "100.00"],
        ),
        ("tabs", format!("{HEADING}{good}").replace(',', "\t").into_bytes(), 0, &["Problems: 0", "100.00"]),
        ("an empty file", Vec::new(), 1, &["[FILE_EMPTY]"]),
        ("blank lines alone", b"\n\n \n".to_vec(), 1, &["[FILE_EMPTY]"]),
        ("a heading alone", below_heading(""), 0, &["no rows below the headings", "Problems: 0"]),
        ("a cell of more than 1 MiB", amount(&"9".repeat(1 << 20)), 1, &["[RECORD_TOO_LONG]"]),
        (
            "a quoted cell of more than 1 MiB",
            amount(&format!("\"{}\"", "9".repeat(1 << 21))),
            1,
            &["invoices.csv:2: ["],
        ),
        ("thousands", amount("\"1,234.56\""), 0, &["1,234.56"]),
        ("a currency sign", amount("¥12.30"), 0, &["12.30"]),
        ("brackets", amount("(12.30)"), 0, &["-12.30"]),
        ("full-width digits", amount("１２３.４５"), 0, &["123.45"]),
        ("blanks around", amount("  12.30 "), 0, &["12.30"]),
        ("misplaced thousands", amount("\"1,23\""), 1, &["invoices.csv:2:gross_amount: [BAD_NUMBER]"]),
        (
            "underscores",
            amount("1_000"),
            1,
            &["invoices.csv:2:gross_amount: [BAD_NUMBER] not a number: '1_000'"],
        ),
        (
            "an exponent",
            amount("1e9"),
            1,
            &["invoices.csv:2:gross_amount: [BAD_NUMBER] a number cut to an exponent: '1e9'"],
        ),
        (
            "29 decimals",
            amount("0.00000000000000000000000000001"),
            1,
            &["invoices.csv:2:gross_amount: [BAD_NUMBER]"],
        ),
        (
            "29 digits",
            amount("12345678901234567890123456789"),
            1,
            &["invoices.csv:2:gross_amount: [BAD_NUMBER] more than 28 digits"],
        ),
        (
            "a tenth of a cent",
            amount("0.001"),
            1,
            &["invoices.csv:2:gross_amount: [BAD_NUMBER] more than 2 decimals"],
        ),
        ("the largest amount", amount("999999999999999.99"), 0, &["999,999,999,999,999.99"]),
        (
            "more than that",
            amount("1000000000000000"),
            1,
            &["invoices.csv:2:gross_amount: [BAD_NUMBER] too large"],
        ),
        (
            "not a number at all",
            amount("NaN"),
            1,
            &["invoices.csv:2:gross_amount: [BAD_NUMBER] not a number"],
        ),
        ("hexadecimal", amount("0x10"), 1, &["invoices.csv:2:gross_amount: [BAD_NUMBER] not a number"]),
    ]
}

#[test]
fn every_odd_input_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    for (what, bytes, code, words) in odd_inputs() {
        fs::write(folder.path().join("invoices.csv"), bytes).unwrap();
        let check = run(folder.path(), &["check", "--lang", "en"], 0).1;
        let said = String::from_utf8(check.stdout).unwrap();
        assert_eq!(check.status.code(), Some(code), "{what}: {said}");
        for word in words {
            assert!(said.contains(word), "{what}: no {word:?} in {said}");
        }
        // A report stops at what check finds, and writes nothing; with --lenient the other rows count.
        let age = run(folder.path(), &["age", "-q", "-o", "out"], 0).1;
        assert_eq!(age.status.code(), Some(if code == 0 { 0 } else { 2 }), "{what}");
        assert_eq!(folder.path().join("out").exists(), code == 0, "{what}");
        let _ = fs::remove_dir_all(folder.path().join("out"));
    }
}

/// A product may be larger than any single figure: 1,000,000,000 × 99,999,999.99 stays exact.
#[test]
fn a_large_product_stays_exact() {
    let folder = tempfile::tempdir().unwrap();
    let orders = "order_no,line_no,order_date,customer_id,goods_name,quantity,unit_price\n\
                  SO1,1,2026-01-05,C1,x,1000000000,99999999.99\n";
    fs::write(folder.path().join("orders.csv"), orders).unwrap();
    let receipts = "receipt_no,order_no,line_no,sign_date,goods_name,accepted_quantity\nQ1,SO1,1,2026-01-06,x,1000000000\n";
    fs::write(folder.path().join("receipts.csv"), receipts).unwrap();
    let ran = run(folder.path(), &["match", "-f", "csv"], 0).1;
    let printed = String::from_utf8(ran.stdout).unwrap();
    assert!(printed.contains(",99999999990000000.00,"), "{printed}");
}
