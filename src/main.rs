//! `recv`: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;

use recv::cli::Cli;
use recv::run;
use recv::terminal;

fn main() -> ExitCode {
    let cli = Cli::parse();
    ExitCode::from(run::run(&cli, &terminal::locale()).code())
}
