//! The thin shell: load, run the steps of a command, hand its reports on. The only place that puts steps together.

mod age;
mod check;
mod collect;
mod control;
mod converted;
mod explain;
mod findings;
mod init;
mod ledger;
mod load;
mod matching;
mod policy;
mod provision;
mod publish;
mod selection;
mod statement;
mod unbilled;

use crate::cli::{Cli, Command, Voice};
use crate::input::{InputError, intake};
use crate::lang::Lang;
use crate::output::OutputError;
use crate::policy::PolicyFault;
use crate::provision::ProvisionFault;
use crate::provision::journal::JournalFault;
use crate::receivable::BrokenIdentity;
use crate::terminal;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Done, and there is something that a person must look at.
    Found,
    /// Not done: bad usage, policy or input. Nothing has been touched.
    NotDone,
    /// Not done: the output could not be written.
    NotWritten,
    /// Not done: another run is writing there.
    Busy,
}

impl Exit {
    /// The exit code of the process.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::NotDone => 2,
            Exit::NotWritten => 3,
            Exit::Busy => 4,
        }
    }
}

/// Why a run stopped.
#[derive(Debug)]
pub enum Failure {
    /// The command line asks for what can't be: English, Chinese.
    Usage(String, String),
    /// The policy makes no sense.
    Policy(Vec<PolicyFault>),
    /// The input can't be used.
    Input(InputError),
    /// The output can't be written.
    Output(OutputError),
    /// Figures that must agree do not.
    Identity(BrokenIdentity),
    /// Figures of the provision that must agree do not.
    Provision(ProvisionFault),
    /// The journal can't be written in this form.
    Journal(JournalFault),
}

macro_rules! failure_from {
    ($($error:ty => $variant:ident),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Failure {
                Failure::$variant(error)
            }
        })*
    };
}

failure_from!(
    InputError => Input,
    OutputError => Output,
    BrokenIdentity => Identity,
    ProvisionFault => Provision,
    JournalFault => Journal
);

/// Faults printed in full before the rest is only counted.
const FAULTS_IN_FULL: usize = 50;

impl Failure {
    fn exit(&self) -> Exit {
        match self {
            Failure::Output(OutputError::Busy { .. }) => Exit::Busy,
            Failure::Output(OutputError::Failed { .. }) => Exit::NotWritten,
            _ => Exit::NotDone,
        }
    }

    fn lines(&self, lang: Lang) -> Vec<String> {
        match self {
            Failure::Usage(en, zh) => vec![lang.pick(en, zh).clone()],
            Failure::Policy(faults) => faults.iter().map(|fault| fault.text(lang)).collect(),
            Failure::Input(error) => error.lines(lang, FAULTS_IN_FULL),
            Failure::Output(error) => vec![error.text(lang)],
            Failure::Identity(broken) => vec![broken.text(lang)],
            Failure::Provision(fault) => vec![fault.say(lang)],
            Failure::Journal(fault) => vec![fault.say(lang)],
        }
    }
}

/// Runs a command; `locale` decides the language where the command line does not. Errors are told on standard error.
pub fn run(cli: &Cli, locale: &str) -> Exit {
    let voice = voice_of(&cli.command);
    let lang = voice.lang.unwrap_or_else(|| Lang::of_locale(locale));
    let outcome = match &cli.command {
        Command::Match(args) => matching::run(args, lang),
        Command::Age(args) => age::run(args, lang),
        Command::Collect(args) => collect::run(args, lang),
        Command::Provision(args) => provision::run(args, lang),
        Command::Check(args) => check::run(args, lang),
        Command::Explain(args) => explain::run(args, lang),
        Command::Statement(args) => statement::run(args, lang),
        Command::Policy(args) => policy::run(args, lang),
        Command::Init(args) => init::run(args, lang),
    };
    outcome.unwrap_or_else(|failure| {
        for line in failure.lines(lang) {
            terminal::tell(&line);
        }
        failure.exit()
    })
}

fn voice_of(command: &Command) -> &Voice {
    match command {
        Command::Match(args) => &args.output.voice,
        Command::Age(args) => &args.output.voice,
        Command::Collect(args) => &args.output.voice,
        Command::Provision(args) => &args.output.voice,
        Command::Check(args) => &args.voice,
        Command::Explain(args) => &args.voice,
        Command::Statement(args) => &args.voice,
        Command::Policy(args) => &args.voice,
        Command::Init(args) => &args.voice,
    }
}

/// Tells the faults that leniency has set aside.
fn tell_rejected(taken: &intake::Taken, lang: Lang) {
    for line in intake::fault_lines(&taken.diagnostics(), taken.untold(), lang, FAULTS_IN_FULL) {
        terminal::tell(&line);
    }
}
