//! Which chain a command judges by: the network's rules and the pins given with it.

use crate::args::ChainArgs;
use crate::error::CommandError;
use plimsoll::chain::known_headers::built_in;
use plimsoll::chain::params::NETWORKS;
use plimsoll::chain::{Params, Pins, TrustedHeader};
use plimsoll::proof::problem::chain_of_causes;
use std::path::Path;

/// The rules of a network, by its name or from its parameters file.
pub fn params(network: &str) -> Result<Params, CommandError> {
    let setting =
        |error: &dyn std::error::Error| CommandError::Setting { option: "--network", reason: chain_of_causes(error) };
    if NETWORKS.contains(&network) || !Path::new(network).exists() {
        return Params::named(network).map_err(|error| setting(&error));
    }
    Params::from_json(&super::commands::read(Path::new(network))?).map_err(|error| setting(&error))
}

/// The pins of the command line. One that does not parse is an error: it is never left out.
pub fn pins(args: &ChainArgs) -> Result<Vec<TrustedHeader>, CommandError> {
    let parse = |text: &String| {
        text.parse::<TrustedHeader>()
            .map_err(|error| CommandError::Setting { option: "--pin", reason: chain_of_causes(&error) })
    };
    args.pin.iter().map(parse).collect()
}

/// Pins together with those built into this program.
pub fn with_built_in(pins: &[TrustedHeader], params: &Params) -> Result<Pins, CommandError> {
    only(pins.iter().chain(built_in(params.name()).iter()).copied())
}

/// These pins and no others.
pub fn only(pins: impl IntoIterator<Item = TrustedHeader>) -> Result<Pins, CommandError> {
    Pins::new(pins).map_err(|error| CommandError::Setting { option: "--pin", reason: chain_of_causes(&error) })
}
