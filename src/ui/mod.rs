//! What a person sees.

pub mod action;
pub mod app;
pub mod bridge;
pub mod components;
pub mod headers;
pub mod intent;
pub mod pages;
pub mod route;
pub mod settings;
pub mod site;
pub mod standing;
pub mod state;
pub mod use_withholding;
pub mod verification;
pub mod withholding;
pub mod wording;
