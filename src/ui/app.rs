//! The page's root.

use yew::prelude::*;

/// The page. `<html data-engine="ready">` says that the worker runs.
#[component]
pub fn App() -> Html {
    let status = use_state(|| "The checking engine is starting.".to_owned());
    #[cfg(target_arch = "wasm32")]
    {
        let status = status.clone();
        use_effect_with((), move |()| {
            use crate::{browser::worker::Engine, client::message::Event};
            let said = status.clone();
            let engine = Engine::start(move |event| {
                if let Event::Ready { version } = event {
                    let root = gloo::utils::document_element();
                    if root.set_attribute("data-engine", "ready").is_ok() {
                        said.set(format!("The checking engine {version} is ready."));
                    }
                }
            });
            if let Err(error) = &engine {
                status.set(format!("The checking engine did not start: {error:?}"));
            }
            move || drop(engine)
        });
    }
    html! {
        <main id="main" tabindex="-1">
            <h1>{ "Plimsoll" }</h1>
            <p role="status">{ (*status).clone() }</p>
        </main>
    }
}
