//! The one module that prints: reports to standard output, everything else to standard error.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};

/// `--color`: whether what is printed may be styled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always, even into a file.
    Always,
    /// Never.
    Never,
}

/// What is known of the place where standard output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns of the terminal; `None` where it is no terminal.
    pub width: Option<u16>,
    /// Whether to style.
    pub colour: bool,
}

impl Screen {
    /// Where a report is printed: on standard output, or into a file, which has colours only where they are asked for.
    pub fn of(choice: ColorChoice, is_file: bool) -> Screen {
        if is_file {
            return Screen { width: None, colour: choice == ColorChoice::Always };
        }
        Screen::detect(choice)
    }

    /// Looks at standard output and the environment.
    fn detect(choice: ColorChoice) -> Screen {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let measured = || terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0);
        let variable = |name: &str| env::var_os(name);
        let width = is_terminal.then(|| columns(variable("COLUMNS")).or_else(measured)).flatten();
        Screen { width, colour: colour(choice, is_terminal, variable) }
    }
}

/// The number in the variable `COLUMNS`, by which a user overrides what the terminal says.
fn columns(variable: Option<OsString>) -> Option<u16> {
    variable?.to_str()?.trim().parse().ok().filter(|&columns| columns > 0)
}

fn colour(choice: ColorChoice, is_terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let dumb = variable("TERM").is_some_and(|term| term == "dumb");
            // The old console of Windows prints escape sequences as they are; its newer terminal says who it is.
            let understands = !cfg!(windows) || is_set("WT_SESSION") || is_set("TERM");
            is_terminal && !is_set("NO_COLOR") && !dumb && understands
        }
    }
}

/// Standard output. A reader that goes away early (`recv age | head`) is no error: what comes after is dropped.
/// Every other failure is reported, at the latest by [`Stdout::finish`].
pub struct Stdout {
    out: BufWriter<Pipe<StdoutLock<'static>>>,
}

impl Stdout {
    /// Takes standard output for the rest of the run.
    pub fn open() -> Stdout {
        Stdout { out: BufWriter::with_capacity(1 << 16, Pipe { out: io::stdout().lock(), closed: false }) }
    }

    /// Writes what is still in memory.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A writer whose reader may go away.
struct Pipe<W> {
    out: W,
    closed: bool,
}

impl<W: Write> Pipe<W> {
    /// The outcome of a write, or `otherwise` where there is nobody left to read it.
    fn tolerate<T>(&mut self, outcome: io::Result<T>, otherwise: T) -> io::Result<T> {
        match outcome {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(otherwise)
            }
            outcome => outcome,
        }
    }
}

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        let outcome = self.out.write(bytes);
        self.tolerate(outcome, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed {
            return Ok(());
        }
        let outcome = self.out.flush();
        self.tolerate(outcome, ())
    }
}

/// Prints lines to standard error. Values out of the user's files may stand in them, so signs that steer a
/// terminal are left out; and where nobody listens, nothing is said.
pub fn tell(text: &str) {
    let mut line: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    line.push('\n');
    let _nobody_listens = io::stderr().lock().write_all(line.as_bytes());
}

/// The name of the user's locale, by which the language is chosen: the first of `LC_ALL`, `LC_MESSAGES` and `LANG`
/// that is set.
pub fn locale() -> String {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(is_terminal: bool, variables: &[(&str, &str)]) -> bool {
        colour(ColorChoice::Auto, is_terminal, |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn colour_is_for_terminals_that_nobody_forbade() {
        let terminal = ("TERM", "xterm");
        assert!(auto(true, &[terminal]));
        assert!(auto(true, &[terminal, ("NO_COLOR", "")]));
        assert!(!auto(true, &[terminal, ("NO_COLOR", "1")]));
        assert!(!auto(true, &[("TERM", "dumb")]));
        assert!(!auto(false, &[terminal]));
    }

    #[test]
    fn what_is_asked_for_by_option_outweighs_the_environment() {
        let no_colour = |_: &str| Some(OsString::from("1"));
        assert!(colour(ColorChoice::Always, false, no_colour));
        assert!(!colour(ColorChoice::Never, true, |_: &str| None));
    }

    #[test]
    fn columns_is_a_number_or_nothing() {
        let read = |text: &str| columns(Some(OsString::from(text)));
        assert_eq!((read("100"), read("0"), read("wide"), columns(None)), (Some(100), None, None, None));
    }

    /// A reader that goes away after so many bytes, or a disk that is full.
    struct Fails(ErrorKind);

    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let mut pipe = Pipe { out: Fails(ErrorKind::BrokenPipe), closed: false };
        assert!(pipe.write_all(b"report").is_ok() && pipe.closed);
        assert!(pipe.write_all(b"more").is_ok() && pipe.flush().is_ok());
    }

    #[test]
    fn a_full_disk_is_one() {
        let mut pipe = Pipe { out: Fails(ErrorKind::StorageFull), closed: false };
        assert!(pipe.write_all(b"report").is_err() && pipe.flush().is_err() && !pipe.closed);
    }
}
