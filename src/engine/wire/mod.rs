//! Requests to the engine and its answers, as bytes of [`crate::encoding::wire`].
//!
//! A request is one byte for what is asked, then what is asked of. [`answer`] is all that the engine's module does.

mod values;

use crate::chain::BlockHash;
use crate::chain::confirm::relayed::{AboveTip, ConfirmedParts};
use crate::chain::{ConfirmError, Confirmed};
use crate::encoding::reader::{Reader, write_compact_size};
use crate::encoding::wire::{Field, WireError, whole};
use crate::engine::{HeaderEngine, Run, Which};
use crate::time::UnixTime;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Ask {
    Place,
    Take,
    LayOver,
    Lift,
    Forget,
    Confirm,
    Summary,
    Blocks,
    Headers,
    PinFrom,
    HeightOf,
    Junction,
    KnownHeight,
    Plan,
    TurnAside,
    Adopt,
    JudgeApart,
    Join,
}

impl Ask {
    const ALL: [Self; 18] = [
        Self::Place,
        Self::Take,
        Self::LayOver,
        Self::Lift,
        Self::Forget,
        Self::Confirm,
        Self::Summary,
        Self::Blocks,
        Self::Headers,
        Self::PinFrom,
        Self::HeightOf,
        Self::Junction,
        Self::KnownHeight,
        Self::Plan,
        Self::TurnAside,
        Self::Adopt,
        Self::JudgeApart,
        Self::Join,
    ];
}

/// Writes a request.
pub(super) fn request<'a>(ask: Ask, about: &impl Field<'a>) -> Vec<u8> {
    let mut out = vec![ask as u8];
    about.write(&mut out);
    out
}

/// What an engine in another worker is asked, to judge a run of so many bytes apart ([`HeaderEngine::judge_apart`]): what
/// comes before the run's bytes, which are many and may lie apart, and what comes after them.
#[must_use]
pub fn judge_apart(network: &str, height: u32, length: usize, now: UnixTime) -> [Vec<u8>; 2] {
    let (mut before, mut after) = (vec![Ask::JudgeApart as u8], Vec::new());
    (network, height, false).write(&mut before);
    write_compact_size(&mut before, length as u64);
    now.write(&mut after);
    [before, after]
}

/// The outcome in that engine's answer. `None` where it gave none, or said something else.
#[must_use]
pub fn judged_apart(answer: &[u8]) -> Option<Vec<u8>> {
    whole::<Option<&[u8]>>(answer).ok()?.map(<[u8]>::to_vec)
}

/// A confirmation as it is sent.
pub(super) type SentConfirmation = Option<Result<ConfirmedParts, ConfirmError>>;

/// A confirmation as it was before it was sent.
///
/// # Errors
/// [`AboveTip`] for a confirmation that no check gives.
pub(super) fn received(sent: SentConfirmation) -> Result<Option<Result<Confirmed, ConfirmError>>, AboveTip> {
    Ok(match sent {
        None => None,
        Some(Ok(parts)) => Some(Ok(parts.into_confirmed_as_relayed()?)),
        Some(Err(error)) => Some(Err(error)),
    })
}

/// Does what a request asks and answers it.
///
/// # Errors
/// [`WireError`] for bytes that are no request; the engine is then as it was.
pub fn answer(engine: &mut impl HeaderEngine, request: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut reader = Reader::new(request);
    let found = reader.u8()?;
    let unknown = WireError::Choice { what: "request", found, offset: 0 };
    let ask = Ask::ALL.into_iter().find(|&ask| ask as u8 == found).ok_or(unknown)?;
    let about = &request[1..];
    let mut out = Vec::new();
    match ask {
        Ask::Place => engine.place(whole(about)?).write(&mut out),
        Ask::Take => {
            let (network, (height, starts, bytes), now): (&str, (u32, bool, &[u8]), UnixTime) = whole(about)?;
            engine.take(Run { network, height, starts, bytes }, now).write(&mut out);
        }
        Ask::LayOver => {
            let () = whole(about)?;
            engine.lay_over();
        }
        Ask::Lift => {
            let () = whole(about)?;
            engine.lift();
        }
        Ask::Forget => engine.forget(whole(about)?),
        Ask::Confirm => {
            let (network, block, required): (&str, BlockHash, u32) = whole(about)?;
            let confirmed = engine.confirm(network, &block, required);
            let sent: SentConfirmation = confirmed.map(|result| result.map(|made| ConfirmedParts::of(&made)));
            sent.write(&mut out);
        }
        Ask::Summary => {
            let (network, which): (&str, Which) = whole(about)?;
            engine.summary(network, which).write(&mut out);
        }
        Ask::Blocks => {
            let (network, which, (from, count)): (&str, Which, (u32, u32)) = whole(about)?;
            engine.blocks(network, which, from, count).write(&mut out);
        }
        Ask::Headers => {
            let (network, which, (from, count)): (&str, Which, (u32, u32)) = whole(about)?;
            engine.headers(network, which, from, count).as_slice().write(&mut out);
        }
        Ask::PinFrom => {
            let (network, which, height): (&str, Which, u32) = whole(about)?;
            engine.pin_from(network, which, height).write(&mut out);
        }
        Ask::HeightOf => {
            let (network, block): (&str, BlockHash) = whole(about)?;
            engine.height_of(network, &block).write(&mut out);
        }
        Ask::Junction => {
            let (network, block): (&str, BlockHash) = whole(about)?;
            engine.junction(network, &block).write(&mut out);
        }
        Ask::KnownHeight => engine.known_height(whole(about)?).write(&mut out),
        Ask::Plan => {
            let (network, block): (&str, Option<(u32, u32)>) = whole(about)?;
            engine.plan(network, block).write(&mut out);
        }
        Ask::TurnAside => engine.turn_aside(whole(about)?),
        Ask::Adopt => engine.adopt(whole(about)?).write(&mut out),
        Ask::JudgeApart => {
            let (network, (height, starts, bytes), now): (&str, (u32, bool, &[u8]), UnixTime) = whole(about)?;
            let outcome = engine.judge_apart(Run { network, height, starts, bytes }, now);
            outcome.as_deref().write(&mut out);
        }
        Ask::Join => {
            let (network, (height, bytes), outcome): (&str, (u32, &[u8]), &[u8]) = whole(about)?;
            engine.join(Run { network, height, starts: false, bytes }, outcome).write(&mut out);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::tests::{NOW, mine, run, take};
    use crate::engine::{Engine, RemoteEngine, Transport};
    use std::cell::RefCell;

    /// An engine in the same program, asked in bytes; every request and every part of one is also asked cut short.
    #[derive(Debug)]
    struct Line(RefCell<Engine>);

    impl Transport for Line {
        fn call(&self, request: &[u8]) -> Vec<u8> {
            let engine = &mut *self.0.borrow_mut();
            let before = format!("{engine:?}");
            for cut in 0..request.len() {
                assert!(answer(engine, &request[..cut]).is_err(), "{request:?} cut at {cut}");
            }
            assert!(answer(engine, &[request, &[0]].concat()).is_err(), "{request:?} and a byte more");
            assert_eq!(format!("{engine:?}"), before, "what is no request changes nothing");
            answer(engine, request).expect("a request")
        }
    }

    #[test]
    fn every_question_has_one_encoding_and_the_engine_s_own_answer() {
        let chain = mine(14, 1);
        let mut near = Engine::new();
        let mut far = RemoteEngine::new(Line(RefCell::default()));
        let both: [&mut dyn HeaderEngine; 2] = [&mut near, &mut far];
        let answers = both.map(|engine| {
            let mut said = vec![format!("{:?}", engine.place(&run(&chain[..1])))];
            said.push(format!("{:?}", take(engine, 0, &chain[..8])));
            engine.lay_over();
            said.push(format!("{:?}", take(engine, 0, &chain)));
            said.push(format!("{:?}", engine.known_height("regtest")));
            engine.lift();
            // What is taken in after lifting is in hand, and no longer laid over.
            take(engine, 0, &chain[..9]);
            engine.lay_over();
            said.push(format!("{:?}", engine.known_height("regtest")));
            engine.lift();
            for network in ["regtest", "mainnet"] {
                for block in [&chain[3], &chain[12]] {
                    said.push(format!("{:?}", engine.confirm(network, &block.hash(), 2)));
                    said.push(format!("{:?}", engine.height_of(network, &block.hash())));
                    said.push(format!("{:?}", engine.summary(network, Which::Block(block.hash()))));
                }
                said.push(format!("{:?}", engine.blocks(network, Which::First, 2, 3)));
                said.push(format!("{:?}", engine.headers(network, Which::Height(4), 5, 9)));
                said.push(format!("{:?}", engine.pin_from(network, Which::Last, 0)));
                said.push(format!("{:?}", engine.known_height(network)));
                engine.forget(network);
                said.push(format!("{:?}", engine.known_height(network)));
            }
            said
        });
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0].iter().any(|said| said.contains("work_above")), "a confirmation among them");
    }

    #[test]
    fn a_run_judged_apart_is_joined_on_either_side_of_the_line() {
        const PERIOD: u32 = 144; // regtest's
        let chain = mine(PERIOD as usize + 9, 1);
        let (below, above) = chain.split_at(PERIOD as usize);
        let (context, segment) = (run(below), run(above));
        let both = [&context[..], &segment].concat();
        let part = |height, bytes| Run { network: "regtest", height, starts: false, bytes };
        let mut near = Engine::new();
        let mut far = RemoteEngine::new(Line(RefCell::default()));
        let engines: [&mut dyn HeaderEngine; 2] = [&mut near, &mut far];
        let answers = engines.map(|engine| {
            let mut apart = vec![engine.judge_apart(part(0, &both), NOW)];
            for (height, bytes) in
                [(0, &both[..both.len() - 1]), (1, &both), (0, &context), (0, &[]), (u32::MAX, &both)]
            {
                apart.push(engine.judge_apart(part(height, bytes), NOW));
            }
            let outcome = apart[0].clone().expect("a segment");
            assert!(apart[1..].iter().all(Option::is_none));
            assert_eq!(engine.join(part(PERIOD, &segment), &outcome), None, "nothing below is in hand");
            take(engine, 0, below);
            for (height, bytes) in
                [(PERIOD - 1, &segment[..]), (PERIOD + 1, &segment), (PERIOD, &segment[80..]), (PERIOD, &context)]
            {
                assert_eq!(engine.join(part(height, bytes), &outcome), None, "{height}");
            }
            let tip = engine.join(part(PERIOD, &segment), &outcome);
            assert_eq!(tip.map(|tip| (tip.height, tip.hash)), Some((PERIOD + 8, above[8].hash())));
            assert_eq!(engine.join(part(PERIOD, &segment), &outcome), None, "once");
            (apart, format!("{:?}", engine.summary("regtest", Which::First)))
        });
        assert_eq!(answers[0], answers[1]);
        // The request made of parts is the same one; what is no answer says nothing.
        let [before, after] = judge_apart("regtest", 0, both.len(), NOW);
        let asked = [before, both.clone(), after].concat();
        let answered = answer(&mut Engine::new(), &asked).expect("a request");
        assert_eq!(judged_apart(&answered), answers[0].0[0]);
        assert_eq!([judged_apart(&[]), judged_apart(&[0]), judged_apart(&[1, 2, 3])], [None, None, None]);
    }

    #[test]
    fn bytes_that_ask_nothing_known_are_refused() {
        let mut engine = Engine::new();
        let unknown = Ask::ALL.len() as u8;
        let error = answer(&mut engine, &[unknown]).unwrap_err();
        assert_eq!(error, WireError::Choice { what: "request", found: unknown, offset: 0 });
        assert!(matches!(answer(&mut engine, &[]), Err(WireError::Read(_))));
        assert!(Ask::ALL.iter().enumerate().all(|(at, &ask)| ask as usize == at));
    }

    #[test]
    #[should_panic(expected = "the engine's answer cannot be read")]
    fn an_answer_that_cannot_be_read_ends_the_worker() {
        #[derive(Debug)]
        struct Torn;
        impl Transport for Torn {
            fn call(&self, _: &[u8]) -> Vec<u8> {
                vec![2]
            }
        }
        let _ = RemoteEngine::new(Torn).known_height("regtest");
    }

    #[test]
    fn a_relayed_confirmation_above_its_tip_is_refused() {
        let mut engine = Engine::new();
        let chain = mine(3, 1);
        take(&mut engine, 0, &chain);
        let confirmed = engine.confirm("regtest", &chain[1].hash(), 1).unwrap().unwrap();
        let parts = ConfirmedParts { height: 9, ..ConfirmedParts::of(&confirmed) };
        assert!(received(Some(Ok(parts))).is_err());
    }
}
