//! `plimsoll headers pins`

use crate::answer::{Answer, Exit};
use crate::args::HeadersPinsArgs;
use crate::header_files::load;
use plimsoll::chain::known_headers::built_in;
use plimsoll::chain::pins::period_ends;
use plimsoll::chain::{HeaderTree, TrustedHeader};
use plimsoll::encoding::encode_hex;
use std::fmt::{Display, Write as _};

/// Prints the ends of periods, or compares them with the pins built in.
pub fn run(args: &HeadersPinsArgs) -> super::Result {
    let served = match load(&args.headers, false)? {
        Ok(served) => served,
        Err(refused) => return Ok(Answer { text: String::new(), notes: vec![refused], exit: Exit::Failed }),
    };
    Ok(if args.check { compare(served.tree()) } else { Answer::done(table(served.tree())) })
}

fn table(tree: &HeaderTree) -> String {
    let mut text = "height\thash\tnext bits\twork\n".to_owned();
    for TrustedHeader { height, hash, work, next_bits } in period_ends(tree) {
        let bits = next_bits.map_or_else(String::new, |bits| format!("{:08x}", bits.0));
        let work = work.map_or_else(String::new, |work| encode_hex(&work.to_be_bytes()));
        let _ = writeln!(text, "{height}\t{hash}\t{bits}\t{work}");
    }
    text
}

/// What a pin says and what the headers say, where these differ.
fn difference(tree: &HeaderTree, pin: &TrustedHeader) -> Option<String> {
    let said = |what: &str, expected: &dyn Display, found: &dyn Display| {
        Some(format!("height {}: {what} {found}, built in {expected}", pin.height))
    };
    let hash = tree.hash_at(pin.height)?;
    if hash != pin.hash {
        return said("hash", &pin.hash, &hash);
    }
    let next = tree.header_at(pin.height + 1).map(|next| next.bits);
    if let Some((expected, found)) = pin.next_bits.zip(next).filter(|(expected, found)| expected != found) {
        return said("next bits", &expected, &found);
    }
    let work = pin.work.zip(tree.total_work_at(pin.height)).filter(|(expected, found)| expected != found);
    work.and_then(|(expected, found)| said("work", &expected, &found))
}

fn compare(tree: &HeaderTree) -> Answer {
    let (pins, network) = (built_in(tree.params().name()), tree.params().name());
    if let Some(difference) = pins.iter().find_map(|pin| difference(tree, pin)) {
        return Answer { text: format!("{difference}\n"), notes: Vec::new(), exit: Exit::Failed };
    }
    let (all, reached) = (pins.iter().len(), pins.iter().filter(|pin| tree.hash_at(pin.height).is_some()).count());
    let mut text = format!("{reached} of {all} pins of {network} are as built in\n");
    if reached < all || all == 0 {
        let tip = tree.tip().height;
        let _ =
            writeln!(text, "could not check {} pins: headers here are {} to {tip}", all - reached, tree.first_height());
        return Answer { text, notes: Vec::new(), exit: Exit::CouldNotCheck };
    }
    Answer::done(text)
}
