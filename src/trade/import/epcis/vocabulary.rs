//! Words of EPCIS events in the one spelling this importer knows: bare, as a CURIE, as a web URI or as a URN.

use serde_json::Value;

/// The namespace of the Core Business Vocabulary.
const CBV: &str = "https://ref.gs1.org/cbv/";

/// Prefixes that a document declares (JSON-LD 1.1 §4.1.2), the predefined ones of EPCIS's own context first.
#[derive(Debug)]
pub(super) struct Prefixes<'a> {
    declared: Vec<(&'a str, &'a str)>,
}

impl<'a> Prefixes<'a> {
    /// Those of a document's `@context`.
    pub fn of(context: Option<&'a Value>) -> Self {
        let mut declared = vec![("cbv", CBV)];
        let contexts =
            context.map_or(&[][..], |context| context.as_array().map_or(std::slice::from_ref(context), Vec::as_slice));
        for context in contexts.iter().filter_map(Value::as_object) {
            declared
                .extend(context.iter().filter_map(|(prefix, namespace)| Some((prefix.as_str(), namespace.as_str()?))));
        }
        Self { declared }
    }

    /// A word of the Core Business Vocabulary, without its namespace: `loading` for `https://ref.gs1.org/cbv/BizStep-loading`.
    /// `list` is the vocabulary's name in web URIs, such as `BizStep`, `urn` the one in URNs, such as `bizstep`.
    pub fn word(&self, text: &str, list: &str, urn: &str) -> String {
        let expanded = text.split_once(':').and_then(|(prefix, rest)| {
            // What is declared last holds.
            let (_, namespace) = self.declared.iter().rev().find(|(there, _)| *there == prefix)?;
            Some(format!("{namespace}{rest}"))
        });
        let whole = expanded.as_deref().unwrap_or(text);
        let web =
            whole.strip_prefix(CBV).and_then(|rest| rest.strip_prefix(list)).and_then(|rest| rest.strip_prefix('-'));
        let named = || whole.strip_prefix("urn:epcglobal:cbv:")?.strip_prefix(urn)?.strip_prefix(':');
        web.or_else(named).unwrap_or(whole).chars().take(100).collect()
    }
}

/// The type of an event or document, without its namespace.
pub(super) fn kind(text: &str) -> &str {
    let namespaces = ["epcis:", "https://ref.gs1.org/epcis/", "https://ns.gs1.org/epcis/"];
    namespaces.iter().find_map(|namespace| text.strip_prefix(namespace)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_spelling_of_a_word_is_the_same() {
        let context = json!(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"own": CBV, "else": "https://x.example/"}]);
        let prefixes = Prefixes::of(Some(&context));
        let step = |text: &str| prefixes.word(text, "BizStep", "bizstep");
        for text in [
            "loading",
            "cbv:BizStep-loading",
            "own:BizStep-loading",
            "https://ref.gs1.org/cbv/BizStep-loading",
            "urn:epcglobal:cbv:bizstep:loading",
        ] {
            assert_eq!(step(text), "loading");
        }
        for other in
            ["else:BizStep-loading", "https://x.example/loading", "cbv:Disp-loading", "urn:epcglobal:cbv:disp:loading"]
        {
            assert_ne!(step(other), "loading", "{other}");
        }
        let context = json!({"cbv": "https://x.example/"});
        assert_ne!(
            Prefixes::of(Some(&context)).word("cbv:BizStep-loading", "BizStep", "bizstep"),
            "loading",
            "redefined"
        );
        assert_eq!(kind("epcis:ObjectEvent"), "ObjectEvent");
    }
}
