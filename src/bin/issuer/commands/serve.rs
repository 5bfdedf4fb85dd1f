//! `plimsoll headers serve`

use crate::answer::{Answer, Exit};
use crate::args::HeadersServeArgs;
use crate::error::CommandError;
use crate::header_files::load;
use crate::serve::Server;
use std::io::Write as _;

/// Verifies files of headers and serves them; returns only when they do not verify, or the address is taken.
pub fn run(args: &HeadersServeArgs) -> super::Result {
    let served = match load(&args.headers, true)? {
        Ok(served) => served,
        Err(refused) => {
            let note = format!("{refused}; not served");
            return Ok(Answer { text: String::new(), notes: vec![note], exit: Exit::Failed });
        }
    };
    let listen = |source| CommandError::Listen { address: args.listen, source };
    let (tree, tip) = (served.tree(), served.tree().tip());
    let start = match (tree.first_height(), tree.highest_pin()) {
        (0, _) => "from genesis".to_owned(),
        (first, Some(pin)) => format!("from {first}, tied by the pin of height {}", pin.height),
        (first, None) => format!("from {first}, the first taken on trust"),
    };
    let said = format!("{} headers of {}, {start}, to {}", tree.header_count(), tree.params().name(), tip.height);
    let server = Server::bind(args.listen, served).map_err(listen)?;
    // Said at once and not at the end, which never comes. Nobody may be listening.
    let address = server.address().map_err(listen)?;
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{said}\nlistening on http://{address}/").and_then(|()| out.flush());
    server.run()
}
