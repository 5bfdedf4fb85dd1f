//! `plimsoll`: makes and checks proofs of trade records from the command line.

mod answer;
mod args;
mod block;
mod chain_setting;
mod commands;
mod drafting;
mod embedded_chain;
mod error;
mod founding;
mod header_files;
mod journal;
mod key_file;
mod ledger;
mod offices;
mod output;
mod proving;
mod qr;
mod sample;
mod serve;
mod workspace;

use answer::{Answer, Exit};
use args::{Cli, Command, HeadersCommand, PartyCommand};
use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let dir = &cli.dir;
    let answer = match &cli.command {
        Command::Init(args) => commands::init::run(dir, args),
        Command::Key(command) => commands::key::run(dir, command),
        Command::Party(PartyCommand::Add(args)) => commands::party::run(dir, args),
        Command::Import(args) => commands::import::run(args),
        Command::Record(args) => commands::record::run(dir, args),
        Command::Anchor(args) => commands::anchor::run(dir, args),
        Command::Prove(args) => commands::prove::run(dir, args),
        Command::Verify(args) => commands::verify::run(args),
        Command::Headers(HeadersCommand::Verify(args)) => commands::headers::run(args),
        Command::Headers(HeadersCommand::Pins(args)) => commands::pins::run(args),
        Command::Headers(HeadersCommand::Serve(args)) => commands::serve::run(args),
        Command::Sample(args) => commands::sample::run(args),
    };
    answer.unwrap_or_else(|error| Answer { text: String::new(), notes: error.sentences(), exit: Exit::Malformed }).say()
}
