//! What the page's worker does with kept headers, and nothing else: they are opened, read, checked and verified.

#[path = "../../../tests/common/easy_chain.rs"]
mod easy_chain;

use easy_chain::{EasyChain, network};
use plimsoll::browser::clock;
use plimsoll::browser::engine::EngineModule;
use plimsoll::browser::header_files::{HeaderFiles, work};
use plimsoll::browser::keeping::Keeping;
use plimsoll::browser::second::{Hear, SecondWorker};
use plimsoll::client::clock::Now;
use plimsoll::client::keep::{Access, HeaderStore};
use plimsoll::client::keeper::Keeper;
use plimsoll::client::message::{Event, Input, Output};
use plimsoll::client::outbox::Outbox;
use plimsoll::engine::{HeaderEngine, RemoteEngine, Which};
use plimsoll::time::UnixTime;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Poll, Waker};
use wasm_bindgen::prelude::*;

/// Long after every header made.
const NOW: UnixTime = UnixTime(4_000_000_000);
const NET: &str = "easy";

fn files_name() -> String {
    let hash = network().genesis().hash().to_string();
    format!("{NET}-{}", &hash[hash.len() - 16..])
}

/// Makes a chain of so many headers and keeps it, as the page would.
#[wasm_bindgen]
pub async fn keep_chain(count: u32) {
    let params = network();
    let files = HeaderFiles::open(&files_name(), Access::Write).await.expect("files");
    let mut store = HeaderStore::open(params.genesis().hash(), Access::Write);
    work(&mut store, &files, async |_| ()).await;
    store.forget().expect("is open");
    work(&mut store, &files, async |_| ()).await;
    let (mut chain, mut height) = (EasyChain::new(&params), 0);
    let mut bytes = params.genesis().encode().to_vec();
    while height < count {
        bytes.extend(chain.next(20_000.min(count - height) as usize - bytes.len() / 80));
        let more = (bytes.len() / 80) as u32;
        store.append(height, std::mem::take(&mut bytes), None).expect("is open");
        work(&mut store, &files, async |_| ()).await;
        height += more;
    }
}

/// Everything heard and not yet told to the keeper.
#[derive(Default)]
struct Heard {
    inputs: VecDeque<Input>,
    waits: Option<Waker>,
}

/// Waits until something is heard.
fn something(heard: &RefCell<Heard>) -> impl Future<Output = ()> + '_ {
    poll_fn(|context| {
        let mut heard = heard.borrow_mut();
        if heard.inputs.is_empty() {
            heard.waits = Some(context.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(())
    })
}

/// Loads what is kept, with a second worker of this script from so many headers on. `turn` lets messages in. Gives the
/// milliseconds until every header was verified, the height of the last, and how many the second worker judged.
#[wasm_bindgen]
pub async fn load_chain(engine: EngineModule, second_from: u32, start_second: js_sys::Function, turn: js_sys::Function) -> Vec<f64> {
    let mut engine = RemoteEngine::new(engine);
    let mut keeper = Keeper::default().with_second_from(second_from);
    let (keeping, second) = (Keeping::default(), SecondWorker::started_by(start_second));
    let (mut out, heard, mut by_second) = (Outbox::default(), Rc::new(RefCell::new(Heard::default())), 0);
    let hear: Hear = Rc::new({
        let heard = heard.clone();
        move |input| {
            let mut heard = heard.borrow_mut();
            heard.inputs.push_back(input);
            if let Some(waker) = heard.waits.take() {
                waker.wake();
            }
        }
    });
    let now = || Now { unix: NOW, steady_ms: clock::steady_ms() };
    let began = clock::now_ms();
    keeper.keep(NET, network().genesis().hash(), now(), &mut out);
    let mut took = None;
    loop {
        let input = heard.borrow_mut().inputs.pop_front();
        if let Some(input) = input {
            keeper.hear(input, now(), &mut out);
        } else if keeper.has_work() {
            keeper.work(&mut engine, now(), &mut out);
        }
        keeper.drive(&engine, now(), &mut out);
        if !keeper.is_loading(NET) {
            took.get_or_insert_with(|| clock::now_ms() - began);
        }
        while let Some(output) = out.pop() {
            match output {
                Output::Store { network, ask } => keeping.carry_out(network, ask, hear.clone()),
                Output::Second(ask) => second.carry_out(ask, hear.clone()),
                Output::Event(Event::Storage(status)) => by_second = status.by_second,
                _ => {}
            }
        }
        if let Some(took) = took {
            let tip = engine.summary(NET, Which::First).map_or(0, |chain| chain.tip.height);
            return vec![took, f64::from(tip), f64::from(by_second)];
        }
        if !heard.borrow().inputs.is_empty() {
            continue;
        }
        if keeper.has_work() {
            let turned = turn.call0(&JsValue::NULL).expect("lets messages in");
            wasm_bindgen_futures::JsFuture::from(turned.unchecked_into::<js_sys::Promise>()).await.expect("goes on");
        } else {
            something(&heard).await;
        }
    }
}

fn main() {}
