//! Where in the page the reader is: the address's fragment, read and written.
//!
//! Routes start with `#/`. Any other fragment is an anchor inside the page and is left alone. A proof link keeps its
//! fragment as it came: no server ever sees it, and copying the address copies the proof.

use crate::ui::wording::samples::SampleId;

/// A place in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The front door.
    Front,
    /// A proof link: everything after `#`, unchanged.
    Proof(String),
    /// A sample.
    Sample(SampleId),
    /// Files handed in during this visit, by the number of the visit's hand-ins.
    Files(u64),
    /// Block headers: how far they are, and where they come from.
    Headers,
    /// What the page does, does not do, and how to check it.
    About,
    /// A route that does not exist.
    NotFound(String),
}

impl Route {
    /// Reads a fragment, with or without its `#`. `None` for an anchor inside the page.
    #[must_use]
    pub fn parse(fragment: &str) -> Option<Self> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        if fragment.is_empty() {
            return Some(Self::Front);
        }
        let path = fragment.strip_prefix('/')?;
        let not_found = || Self::NotFound(path.to_owned());
        Some(match path.split_once('/') {
            None if path.is_empty() => Self::Front,
            None if path == "about" => Self::About,
            None if path == "headers" => Self::Headers,
            Some(("v" | "Q", data)) if !data.is_empty() => Self::Proof(fragment.to_owned()),
            Some(("sample", name)) => SampleId::named(name).map_or_else(not_found, Self::Sample),
            Some(("files", number)) => number.parse().map_or_else(|_| not_found(), Self::Files),
            _ => not_found(),
        })
    }

    /// The fragment, with its `#`.
    #[must_use]
    pub fn fragment(&self) -> String {
        match self {
            Self::Front => "#/".to_owned(),
            Self::Proof(text) => format!("#{text}"),
            Self::Sample(sample) => format!("#/sample/{}", sample.name()),
            Self::Files(number) => format!("#/files/{number}"),
            Self::About => "#/about".to_owned(),
            Self::Headers => "#/headers".to_owned(),
            Self::NotFound(path) => format!("#/{path}"),
        }
    }

    /// The route of a link somebody pasted: a whole address, only its fragment, or a fragment without `#`. White space
    /// that mail programs put into long links is taken out. `None` when there is no proof in it.
    #[must_use]
    pub fn of_pasted(text: &str) -> Option<Self> {
        let text: String = text.split_whitespace().collect();
        let text = text.trim_matches(['<', '>', '"', '\'']);
        let fragment = match text.split_once('#') {
            Some((_, fragment)) => fragment,
            None if text.starts_with("/v/") || text.starts_with("/Q/") => text,
            None => return None,
        };
        Self::parse(fragment).filter(|route| matches!(route, Self::Proof(_) | Self::Sample(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_and_back() {
        for fragment in [
            "#/",
            "#/v/1.AAAA",
            "#/v/u.https://x/y#z",
            "#/Q/1.AB.1.2.CD",
            "#/about",
            "#/headers",
            "#/files/3",
            "#/sample/receivable",
        ] {
            assert_eq!(Route::parse(fragment).expect("a route").fragment(), fragment);
        }
        assert_eq!(Route::parse(""), Some(Route::Front));
        assert_eq!(Route::parse("#"), Some(Route::Front));
        for foreign in ["#main", "#line-status", "#p=1", "#!x"] {
            assert_eq!(Route::parse(foreign), None, "{foreign}");
        }
        for nowhere in
            ["#/v", "#/v/", "#//host", "#/sample/none", "#/files/x", "#/files/-1", "#/about/x", "#/headers/x", "#/x"]
        {
            assert!(matches!(Route::parse(nowhere), Some(Route::NotFound(_))), "{nowhere}");
        }
    }

    #[test]
    fn a_proof_link_is_kept_letter_for_letter() {
        let data = "1.A%20b_-".repeat(10_000);
        assert_eq!(Route::parse(&format!("#/v/{data}")), Some(Route::Proof(format!("/v/{data}"))));
    }

    #[test]
    fn pasted_text_is_forgiven_its_wrapping() {
        let proof = Some(Route::Proof("/v/1.AAAA".into()));
        for text in
            ["https://x.example/p/#/v/1.AAAA", "#/v/1.AAAA", "/v/1.AAAA", "  <https://x.example/#/v/1.A\r\n AAA> "]
        {
            assert_eq!(Route::of_pasted(text), proof, "{text}");
        }
        for text in ["", "hello", "https://x.example/", "https://x.example/#main", "#/about", "1.AAAA"] {
            assert_eq!(Route::of_pasted(text), None, "{text}");
        }
    }
}
