//! What every rule test holds the breaches and lacks it makes to: where English has words, Chinese has its own.

use plimsoll::proof::summary::tell_rules;
use plimsoll::trade::rule::{Ruling, Sheet};

/// Words that no name, code or field of these tests has, and hardly an English phrase is without.
const ENGLISH: [&str; 34] = [
    "a", "after", "and", "another", "at", "before", "by", "earlier", "for", "from", "in", "is", "later", "less",
    "more", "no", "none", "not", "nothing", "of", "on", "once", "one", "only", "or", "paid", "percent", "same", "than",
    "that", "the", "twice", "under", "who",
];

/// What records of these tests say in words of their own, which nobody translates.
const OWN: [&str; 1] = ["froze, shrim"];

/// Panics with what reads English in Chinese.
#[track_caller]
pub fn assert_bilingual(sheet: &Sheet) {
    for (rule, ruling) in sheet.rulings() {
        let Ruling::Broken { breaches, .. } = ruling else { continue };
        for breach in breaches {
            for (en, zh) in [(&breach.expected, &breach.expected_zh), (&breach.found, &breach.found_zh)] {
                assert_said(&rule.code(), en, zh);
            }
        }
    }
    for view in tell_rules(sheet) {
        view.lacks.iter().for_each(|lack| assert_said(&view.rule, &lack.en, &lack.zh));
    }
}

#[track_caller]
fn assert_said(rule: &str, en: &str, zh: &str) {
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    // Two words of small letters are a phrase; names and codes have capitals, digits or signs.
    let phrase =
        words(en).filter(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase())).count() > 1;
    assert!(!phrase || zh.contains(is_chinese) || OWN.contains(&zh), "{rule}: no Chinese for {en:?}: {zh:?}");
    let left: Vec<&str> = words(zh).filter(|word| ENGLISH.contains(word)).collect();
    assert!(left.is_empty(), "{rule}: English words {left:?} in {zh:?}");
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() || "（）：，、；:,;()".contains(letter))
}
