//! `recv`: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;

use recv::cli::Cli;
use recv::memory;
use recv::run;
use recv::terminal;

fn main() -> ExitCode {
    memory::give_back_early();
    let cli = Cli::parse();
    ExitCode::from(run::run(&cli, &terminal::locale()).code())
}
