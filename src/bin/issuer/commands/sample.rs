//! `plimsoll sample`

use crate::args::SampleArgs;

/// Makes the sample.
pub fn run(args: &SampleArgs) -> super::Result {
    crate::sample::write(&args.out, args.blocks.as_deref())
}
