//! The form that adds a source of headers. What is wrong with an address is said before anything is asked of it.

use super::pen::Pen;
use crate::chain::params::NETWORKS;
use crate::client::message::{Command, HeaderSource, MAX_URL_BYTES, SourceKind};
use crate::client::source::address::{AddressError, reach_of};
use crate::proof::report::Problem;
use crate::ui::intent::Intent;
use crate::ui::wording::line::capitalised;
use crate::ui::wording::{Every, source, verdict};
use yew::prelude::*;

/// Properties of [`AddSource`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct Props {
    /// A source that was not taken, and why.
    pub refused: Option<(HeaderSource, Problem)>,
    /// Draws it.
    pub pen: Pen,
}

/// Why a source is not taken: in the reader's words, and what was expected, in English.
type Refused = (Every, String);

/// What the reader filled in, as a source.
fn filled_in(network: &str, kind: SourceKind, url: &str, first_height: &str) -> Result<HeaderSource, Refused> {
    let url = url.trim();
    if url.is_empty() {
        return Err((source::URL_MISSING, String::new()));
    }
    let mut found = HeaderSource::new(network, kind, url);
    if kind == SourceKind::HeaderFile {
        found.first_height = first_height.trim().parse().map_err(|_| (source::HEIGHT_WRONG, String::new()))?;
    }
    match reach_of(&found) {
        Ok(_) => Ok(found),
        Err(error @ AddressError::Malformed { .. }) => {
            Err((source::refusal("source-url-malformed"), error.to_string()))
        }
        Err(error @ AddressError::Insecure) => Err((source::refusal("source-url-insecure"), error.to_string())),
    }
}

/// The form.
#[component]
pub fn AddSource(props: &Props) -> Html {
    let pen = &props.pen;
    let lang = pen.lang;
    let kind = use_state(|| SourceKind::BlockDn);
    let network = use_state(|| NETWORKS[0]);
    let wrong = use_state(|| None::<Refused>);
    let (url, height) = (use_node_ref(), use_node_ref());
    let value =
        |field: &NodeRef| field.cast::<web_sys::HtmlInputElement>().map(|field| field.value()).unwrap_or_default();
    let submit = {
        let (act, url, height, wrong) = (pen.act.clone(), url.clone(), height.clone(), wrong.clone());
        let (kind, network) = (*kind, *network);
        move |event: SubmitEvent| {
            event.prevent_default();
            match filled_in(network, kind, &value(&url), &value(&height)) {
                Ok(source) => {
                    wrong.set(None);
                    act.emit(Intent::Order(Command::AddSource { source }));
                }
                Err(refused) => wrong.set(Some(refused)),
            }
        }
    };
    let choose_kind = |choice: SourceKind| {
        let kind = kind.clone();
        move |_: Event| kind.set(choice)
    };
    let choose_network = |choice: &'static str| {
        let network = network.clone();
        move |_: Event| network.set(choice)
    };
    let kinds = SourceKind::ALL.into_iter().map(|choice| {
        let name = source::kind_name(choice);
        html! {
            <label key={name} class="choice">
                <input type="radio" name="kind" value={name} checked={*kind == choice} onchange={choose_kind(choice)} />
                <span>
                    <strong>{ source::kind(choice, lang) }</strong>
                    <span class="hint">{ source::kind_line(choice, lang) }</span>
                </span>
            </label>
        }
    });
    let networks = NETWORKS.into_iter().map(|choice| {
        html! {
            <label key={choice} class="choice">
                <input type="radio" name="network" value={choice} checked={*network == choice} onchange={choose_network(choice)} />
                <span>{ capitalised(&verdict::network(choice, lang)) }{ " " }<code class="code">{ choice }</code></span>
            </label>
        }
    });
    let refused = props.refused.as_ref().filter(|_| wrong.is_none());
    let refused = refused.map(|(_, problem)| (source::refusal(&problem.code), problem.expected.clone()));
    let (said, expected) =
        wrong.as_ref().cloned().or(refused).map_or(("", String::new()), |(every, expected)| (lang.of(every), expected));
    let expected = (!expected.is_empty()).then(|| html! { <code>{ format!(" ({expected})") }</code> });
    html! {
        <form id="add-source" class="card add-source" onsubmit={submit} novalidate=true aria-labelledby="add-title">
            <h2 id="add-title">{ lang.of(source::ADD_TITLE) }</h2>
            <p class="hint">{ lang.of(source::ADD_LEAD) }</p>
            <fieldset class="kinds"><legend>{ lang.of(source::KIND) }</legend>{ for kinds }</fieldset>
            <fieldset class="networks"><legend>{ lang.of(source::NETWORK) }</legend>{ for networks }</fieldset>
            <div class="field-row">
                <label for="source-url">{ lang.of(source::URL) }</label>
                <input id="source-url" ref={url} type="text" inputmode="url" spellcheck="false" autocomplete="off"
                    autocapitalize="off" maxlength={MAX_URL_BYTES.to_string()} placeholder={source::kind_example(*kind)}
                    aria-describedby="source-wrong" aria-invalid={if said.is_empty() { "false" } else { "true" }} />
            </div>
            <div class="field-row" hidden={*kind != SourceKind::HeaderFile}>
                <label for="source-height">{ lang.of(source::FIRST_HEIGHT) }</label>
                <input id="source-height" ref={height} type="text" inputmode="numeric" autocomplete="off" value="0" />
            </div>
            <p id="source-wrong" class="wrong" role="alert">{ said }{ for expected }</p>
            <p><button type="submit" class="main" id="add">{ lang.of(source::ADD) }</button></p>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_becomes_a_source_or_a_sentence() {
        let file = filled_in("signet", SourceKind::HeaderFile, " a.headers ", "2016").expect("a source");
        assert_eq!((file.url.as_str(), file.first_height, file.enabled), ("a.headers", 2016, true));
        let esplora = filled_in("mainnet", SourceKind::Esplora, "https://x.example/api", "nonsense").expect("a source");
        assert_eq!(esplora.first_height, 0, "only files have a first height");
        assert_eq!(filled_in("mainnet", SourceKind::Esplora, "  ", "0"), Err((source::URL_MISSING, String::new())));
        for (url, code) in
            [("http://x.example", "source-url-insecure"), ("javascript:alert(1)", "source-url-malformed")]
        {
            let refused = filled_in("mainnet", SourceKind::Esplora, url, "0").expect_err("no source");
            assert_eq!(refused.0, source::refusal(code), "{url}");
        }
        for height in ["", "-1", "1.5", "4294967296", "x"] {
            assert_eq!(
                filled_in("mainnet", SourceKind::HeaderFile, "x", height),
                Err((source::HEIGHT_WRONG, String::new())),
                "{height}"
            );
        }
    }
}
