//! What every drawing needs: the language, and whom to tell what the reader wishes.

use crate::ui::intent::Intent;
use crate::ui::wording::Lang;
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Draws in a language, and hands wishes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Pen {
    /// The language.
    pub lang: Lang,
    /// Hears wishes.
    pub act: Callback<Intent>,
}

impl Pen {
    /// A text in the pen's language.
    #[must_use]
    pub fn say(&self, text: Text) -> &'static str {
        text.in_lang(self.lang)
    }

    /// What a button does that wishes this.
    #[must_use]
    pub fn on(&self, intent: Intent) -> Callback<MouseEvent> {
        self.act.reform(move |_| intent.clone())
    }
}
