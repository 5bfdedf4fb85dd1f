//! `cargo xtask`: the set-up commands. Next to no dependencies, so that it builds in seconds on a fresh machine.

mod modules;
mod page;
mod run;
mod stages;
mod system;
mod tools;

use run::{Outcome, step};
use std::process::ExitCode;
use xtask::server::Server;

/// Where the page is served unless told otherwise.
const PORT: u16 = 8080;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let good = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            print!("{}", help());
            Ok(true)
        }
        ["serve"] => serve(None).map(|()| true),
        ["serve", "--port", port] => number(port).and_then(|port| serve(Some(port))).map(|()| true),
        ["test"] => stages::test(&[]),
        ["test", "--only", names] => stages::test(&names.split(',').map(str::to_owned).collect::<Vec<_>>()),
        ["sample"] => page::sample().map(|()| true),
        ["size"] => page::print_sizes().map(|()| true),
        ["finish-page"] => page::finish().map(|()| true),
        other => Err(format!("not understood: {}\n\n{}", other.join(" "), help())),
    };
    match good {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn help() -> String {
    format!(
        "cargo xtask serve [--port N]    build the page and serve it on this machine\n\
         cargo xtask test [--only A,B]   check everything; the stages: {}\n\
         cargo xtask sample              make the sample anew\n\
         cargo xtask size                how large the built page is\n\
         \n\
         What is missing is installed: the compiler's web target, Trunk and wasm-bindgen in a cache of the user's,\n\
         and for the tests Chromium with its driver, where the package manager may.\n",
        stages::names().join(", ")
    )
}

fn number(word: &str) -> Outcome<u16> {
    word.parse().map_err(|error| format!("port {word:?}: {error}"))
}

/// Builds the page and serves it until the program is ended.
fn serve(port: Option<u16>) -> Outcome {
    tools::wasm_target()?;
    let wasm_bindgen = tools::wasm_bindgen()?;
    let trunk = tools::trunk()?;
    page::fetch()?;
    step("page", || page::build(&trunk, &wasm_bindgen))?;
    let server = match port {
        Some(port) => Server::start(&page::dist(), port).map_err(|error| format!("port {port}: {error}"))?,
        // The next free port, when something else has ours.
        None => (PORT..PORT + 100)
            .find_map(|port| Server::start(&page::dist(), port).ok())
            .ok_or_else(|| format!("no free port from {PORT} on"))?,
    };
    println!("\nOpen {} in a browser. Ctrl-C ends it.", server.url());
    server.wait();
    Ok(())
}
