//! The command line: one module a command.
//!
//! Results go to files or to standard output, messages and progress to standard error. Exit codes: 0 success, 1 a check
//! failed, 2 invalid input.

mod campaign;
mod evaluate;
mod export;
mod identify;
mod number;
mod output;
mod progress;
mod replay;
mod run;
mod simulate;
mod sweep;

use clap::{Parser, Subcommand};

use crate::error::Error;

/// Battery simulation and analysis: run scenarios in closed loop, replay logs through the estimator, and score its
/// estimates.
#[derive(Debug, Parser)]
#[command(name = "bms-sim", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Campaign(campaign::Args),
    Evaluate(evaluate::Args),
    Export(export::Args),
    Identify(identify::Args),
    Replay(Box<replay::Args>),
    Run(run::Args),
    Simulate(simulate::Args),
    Sweep(sweep::Args),
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error`]; [`Error::exit_code`] is the exit code.
    pub fn run(self) -> Result<(), Error> {
        match self.command {
            Command::Campaign(args) => campaign::run(&args),
            Command::Evaluate(args) => evaluate::run(&args),
            Command::Export(args) => export::run(&args),
            Command::Identify(args) => identify::run(&args),
            Command::Replay(args) => replay::run(&args),
            Command::Run(args) => run::run(&args),
            Command::Simulate(args) => simulate::run(&args),
            Command::Sweep(args) => sweep::run(&args),
        }
    }
}
