//! The rules of headers, written down from Bitcoin Core's `pow.cpp`, `validation.cpp`, `chain.cpp` and `arith_uint256.cpp`,
//! and from BIP34, BIP65, BIP66 and BIP94, with big integers and without cleverness. A header is judged by the list of all
//! its ancestors; a list that does not begin at the genesis header says how much it lacks by being shorter than the height.

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

/// The rules of one network.
#[derive(Debug, Clone)]
pub struct Rules {
    /// `powLimit`.
    pub limit: BigUint,
    /// `nPowTargetSpacing`.
    pub spacing: i64,
    /// `DifficultyAdjustmentInterval()`.
    pub interval: u64,
    /// Not `fPowNoRetargeting`.
    pub retargets: bool,
    /// `fPowAllowMinDifficultyBlocks`.
    pub min_difficulty: bool,
    /// `enforce_BIP94`.
    pub bip94: bool,
    /// `BIP34Height`, `BIP66Height`, `BIP65Height`.
    pub versions: [u64; 3],
    /// The header at height 0.
    pub genesis: [u8; 80],
}

/// What the rules read of a header.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    pub version: i32,
    pub previous: [u8; 32],
    pub time: u32,
    pub bits: u32,
}

/// Why a header is refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    Negative,
    Zero,
    Overflow,
    OverLimit,
    Work,
    Genesis,
    UnknownParent,
    Bits { expected: u32 },
    OutOfReach { hardest: u32, easiest: u32 },
    TooOld { median: i64 },
    Timewarp { least: i64 },
    NotYetValid { latest: i64 },
    Version { least: i32 },
    Pinned { height: u64 },
    PinnedBits { expected: u32 },
    PinnedWork { found: BigUint },
}

/// A rule that the ancestors at hand do not settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Open {
    PreviousHeader,
    RequiredBits,
    MedianTime,
    Timewarp,
}

/// What is known of the bits a header must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    Exactly(u32),
    /// The first header of the period is missing: one step changes the target at most fourfold.
    Between(u32, u32),
    Unknown,
}

pub fn fields(header: &[u8; 80]) -> Fields {
    let word = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().unwrap());
    let previous = header[4..36].try_into().unwrap();
    Fields { version: word(0) as i32, previous, time: word(68), bits: word(72) }
}

pub fn hash(header: &[u8; 80]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(header)).into()
}

fn two_to(exponent: usize) -> BigUint {
    BigUint::from(1_u8) << exponent
}

/// `arith_uint256::SetCompact`, then the checks of `DeriveTarget`.
pub fn target(bits: u32, limit: &BigUint) -> Result<BigUint, Defect> {
    let (size, mantissa) = (bits / (1 << 24), BigUint::from(bits % (1 << 23)));
    let target = match size {
        0..=3 => mantissa / two_to(8 * (3 - size as usize)),
        _ => mantissa * two_to(8 * (size as usize - 3)),
    };
    let is_negative = bits & (1 << 23) != 0;
    if target == BigUint::ZERO {
        Err(Defect::Zero)
    } else if is_negative {
        Err(Defect::Negative)
    } else if target >= two_to(256) {
        Err(Defect::Overflow)
    } else if target > *limit {
        Err(Defect::OverLimit)
    } else {
        Ok(target)
    }
}

/// `arith_uint256::GetCompact`: three bytes and how many there are; a fourth, where the first would read as a sign.
pub fn compact(target: &BigUint) -> u32 {
    let bytes = match target.to_bytes_be() {
        bytes if bytes == [0] => vec![],
        bytes if bytes[0] >= 0x80 => [vec![0], bytes].concat(),
        bytes => bytes,
    };
    let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    (bytes.len() as u32) << 24 | byte(0) << 16 | byte(1) << 8 | byte(2)
}

/// `GetBlockProof`: how many hashes a target takes.
pub fn work(target: &BigUint) -> BigUint {
    two_to(256) / (target + 1_u8)
}

/// `CheckProofOfWork`.
pub fn check_work(rules: &Rules, header: &[u8; 80]) -> Result<(), Defect> {
    let target = target(fields(header).bits, &rules.limit)?;
    if BigUint::from_bytes_le(&hash(header)) > target { Err(Defect::Work) } else { Ok(()) }
}

/// `CalculateNextWorkRequired`, for a period that took `seconds` at `bits`.
pub fn retarget(rules: &Rules, bits: u32, seconds: i64) -> u32 {
    let wanted = rules.spacing * rules.interval as i64;
    let seconds = if seconds < wanted / 4 { wanted / 4 } else { seconds };
    let seconds = if seconds > wanted * 4 { wanted * 4 } else { seconds };
    // The product is cut to 256 bits, as Core's numbers are.
    let product = target(bits, &rules.limit).unwrap() * BigUint::from(seconds as u64) % two_to(256);
    let next = product / BigUint::from(wanted as u64);
    compact(if next > rules.limit { &rules.limit } else { &next })
}

/// `GetNextWorkRequired`, for a header at `height` on the last of `ancestors`.
pub fn required_bits(rules: &Rules, height: u64, time: u32, ancestors: &[Fields]) -> Required {
    let Some(last) = ancestors.last() else { return Required::Unknown };
    let lowest = height - ancestors.len() as u64;
    let at = |height: u64| height.checked_sub(lowest).map(|place| ancestors[place as usize]);
    let easiest = compact(&rules.limit);
    if !height.is_multiple_of(rules.interval) {
        if !rules.min_difficulty {
            return Required::Exactly(last.bits);
        }
        if i64::from(time) > i64::from(last.time) + 2 * rules.spacing {
            return Required::Exactly(easiest);
        }
        let mut back = height - 1;
        loop {
            match at(back) {
                None => return Required::Unknown,
                Some(ancestor) if back == 0 || back.is_multiple_of(rules.interval) || ancestor.bits != easiest => {
                    return Required::Exactly(ancestor.bits);
                }
                Some(_) => back -= 1,
            }
        }
    }
    if !rules.retargets {
        return Required::Exactly(last.bits);
    }
    match at(height - rules.interval) {
        Some(first) => {
            let bits = if rules.bip94 { first.bits } else { last.bits };
            Required::Exactly(retarget(rules, bits, i64::from(last.time) - i64::from(first.time)))
        }
        None if rules.bip94 => Required::Unknown,
        None => Required::Between(retarget(rules, last.bits, i64::MIN), retarget(rules, last.bits, i64::MAX)),
    }
}

/// `GetMedianTimePast` of the last of these, all there are below it among them.
pub fn median_time(times: &[u32]) -> u32 {
    let mut eleven: Vec<u32> = times.iter().rev().take(11).copied().collect();
    eleven.sort();
    eleven[eleven.len() / 2]
}

/// `ContextualCheckBlockHeader`, with what is left open where ancestors are missing.
pub fn check_in_context(
    rules: &Rules,
    height: u64,
    header: &Fields,
    ancestors: &[Fields],
    now: i64,
) -> Result<Vec<Open>, Defect> {
    let mut open = vec![];
    match required_bits(rules, height, header.time, ancestors) {
        Required::Exactly(expected) if header.bits != expected => return Err(Defect::Bits { expected }),
        Required::Exactly(_) => {}
        Required::Between(hardest, easiest) => {
            // The hardest is zero where a fourth of a period is less than a second.
            let number = |bits| target(bits, &rules.limit).unwrap_or_default();
            if number(header.bits) < number(hardest) || number(header.bits) > number(easiest) {
                return Err(Defect::OutOfReach { hardest, easiest });
            }
            open.push(Open::RequiredBits);
        }
        Required::Unknown => open.push(Open::RequiredBits),
    }

    // With times missing, the rule is settled if it comes out the same whether they are all the least or all the greatest.
    // A list that does not reach the genesis header is not credited with being short because the chain is: eleven count.
    let missing = if ancestors.len() as u64 == height { 0 } else { 11_usize.saturating_sub(ancestors.len()) };
    let median = |filling: u32| {
        let known = ancestors.iter().map(|ancestor| ancestor.time);
        median_time(&std::iter::repeat_n(filling, missing).chain(known).collect::<Vec<_>>())
    };
    if header.time <= median(u32::MIN) {
        return Err(Defect::TooOld { median: i64::from(median(u32::MIN)) });
    }
    if header.time <= median(u32::MAX) {
        open.push(Open::MedianTime);
    }

    if rules.bip94 && height.is_multiple_of(rules.interval) {
        match ancestors.last() {
            None => open.push(Open::Timewarp),
            Some(last) if i64::from(header.time) < i64::from(last.time) - 600 => {
                return Err(Defect::Timewarp { least: i64::from(last.time) - 600 });
            }
            Some(_) => {}
        }
    }
    let latest = now.saturating_add(2 * 60 * 60);
    if i64::from(header.time) > latest {
        return Err(Defect::NotYetValid { latest });
    }
    let [bip34, bip66, bip65] = rules.versions;
    for (least, from) in [(4, bip65), (3, bip66), (2, bip34)] {
        if height >= from && header.version < least {
            return Err(Defect::Version { least });
        }
    }
    Ok(open)
}
