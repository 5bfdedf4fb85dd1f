//! The engine asked twice: in this program, and through the bytes that travel between two modules of the page.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::engine::wire::answer;
use plimsoll::engine::{Engine, HeaderEngine, RemoteEngine, Transport};
use std::cell::RefCell;

/// Carries requests to an engine in the same program.
#[derive(Debug, Default)]
pub struct Loopback(RefCell<Engine>);

impl Loopback {
    /// An engine beyond the line.
    pub fn to(engine: Engine) -> RemoteEngine<Self> {
        RemoteEngine::new(Self(RefCell::new(engine)))
    }
}

impl Transport for Loopback {
    fn call(&self, request: &[u8]) -> Vec<u8> {
        answer(&mut *self.0.borrow_mut(), request).unwrap_or_else(|error| panic!("{error}: {request:?}"))
    }
}

/// Does the same with an engine and with its copy beyond the line; what comes out must be the same.
pub fn on_both<T: PartialEq + std::fmt::Debug>(engine: &Engine, work: impl Fn(&mut dyn HeaderEngine) -> T) -> T {
    let near = work(&mut engine.clone());
    let far = work(&mut Loopback::to(engine.clone()));
    assert_eq!(near, far, "the answers differ when they travel");
    near
}
