//! Says how large each part of the built page is, and fails where one is over its budget.

use e2e::sizes::{sizes, table};
use e2e::{Outcome, dist};

fn main() -> Outcome {
    let (text, over) = table(&sizes(&dist())?);
    print!("{text}");
    if over.is_empty() { Ok(()) } else { Err(over.join("; ").into()) }
}
