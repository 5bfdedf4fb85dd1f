//! What a step compared, in the reader's language. A problem's own texts are English: of a broken rule the records' view has
//! the Chinese, and of the few phrases that other steps compare by, it stands here.

use super::Lang;
use crate::proof::report::{LineReport, Problem};
use crate::proof::trade_view::{BreachView, TradeView};

/// What steps compare by in words: before and after a value, if there is one, in English and in Chinese.
const PHRASES: [([&str; 2], [&str; 2]); 18] = [
    (["one of the digests that were signed", ""], ["已签名的摘要之一", ""]),
    (["a signature that does not fit", ""], ["与内容不符的签名", ""]),
    (["a signature by key ", ""], ["密钥 ", " 的签名"]),
    (["a signature by ", ""], ["", " 的签名"]),
    (["not among those proven", ""], ["不在所证明的交易之列", ""]),
    (["another form", ""], ["其他形式", ""]),
    (["a party's registration", ""], ["当事方的登记记录", ""]),
    (["any size but 64 bytes", ""], ["64 字节以外的大小", ""]),
    (["one OP_RETURN output, vout[1]", ""], ["vout[1] 为唯一的 OP_RETURN 输出", ""]),
    (["a size of at least ", ""], ["大小至少为 ", ""]),
    (["an index below ", ""], ["小于 ", " 的序号"]),
    (["an index above ", ""], ["大于 ", " 的序号"]),
    (["the checkpoint and signatures that were verified", ""], ["已核验的检查点及其签名", ""]),
    (["others", ""], ["其他检查点或签名", ""]),
    (["at least ", ""], ["至少 ", ""]),
    (["before ", ""], ["早于 ", ""]),
    (["", " bytes"], ["", " 字节"]),
    (["", " hashes"], ["", " 个哈希值"]),
];

/// A line with what its steps compared in the reader's language. What nobody wrote down here stays as the check says it.
#[must_use]
pub fn in_language(line: &LineReport, trade: Option<&TradeView>, lang: Lang) -> LineReport {
    let mut line = line.clone();
    let problems = line.steps.iter_mut().filter_map(|step| step.problem.as_mut());
    for problem in problems.filter(|_| lang == Lang::Zh) {
        let told = match problem.code.as_str() {
            "rule-broken" => broken(problem, trade),
            "history-forks" => forked(problem),
            _ => Some((phrase(&problem.expected), phrase(&problem.found))),
        };
        if let Some(told) = told {
            (problem.expected, problem.found) = told;
        }
    }
    line
}

/// A phrase in Chinese; a value, or what is no such phrase, as it is.
fn phrase(text: &str) -> String {
    let told = PHRASES.into_iter().find_map(|([before, after], [open, close])| {
        let value = text.strip_prefix(before)?.strip_suffix(after)?;
        let is_value = value.is_empty() != (before.ends_with(' ') || after.starts_with(' '));
        (is_value && !value.contains(' ')).then(|| format!("{open}{value}{close}"))
    });
    told.unwrap_or_else(|| text.to_owned())
}

/// The breach that a step names, in Chinese.
fn broken(problem: &Problem, trade: Option<&TradeView>) -> Option<(String, String)> {
    let of = problem.field.split(' ').next()?;
    let rule = trade?.rules.iter().find(|rule| rule.rule == of)?;
    let same = |own: &&BreachView| own.expected == problem.expected && own.found == problem.found;
    rule.breaches.iter().find(same).map(|own| (own.expected_zh.clone(), own.found_zh.clone()))
}

/// Which two of the records shown follow the same one, in Chinese.
fn forked(problem: &Problem) -> Option<(String, String)> {
    let (one, other) = problem.found.strip_prefix("entries ")?.split_once(" and ")?;
    Some(("每条记录之后只接一条".to_owned(), format!("所示第 {one} 条与第 {other} 条")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::report::{LineId, Outcome, StepReport};
    use crate::proof::step::StepId;

    #[test]
    fn a_fork_is_told_in_chinese_and_what_nobody_turned_stays() {
        let told = |code: &str, found: &str, lang| {
            let problem = Problem {
                code: code.into(),
                field: "R5 RCV-1 /body".into(),
                expected: "one".into(),
                found: found.into(),
                detail: String::new(),
            };
            let (step, outcome) = (StepId::History, Outcome::Failed);
            let steps = vec![StepReport { step, outcome, values: vec![], problem: Some(problem) }];
            let line = LineReport { line: LineId::Status, outcome, steps };
            in_language(&line, Some(&TradeView::default()), lang).steps.remove(0).problem.expect("it is there").found
        };
        for (code, found, expected) in [
            ("history-forks", "entries 2 and 3", "所示第 2 条与第 3 条"),
            ("signature-wrong", "a signature that does not fit", "与内容不符的签名"),
            ("signature-wrong", "a signature by key 7f3c", "密钥 7f3c 的签名"),
            ("length-wrong", "31 bytes", "31 字节"),
            ("height-wrong", "at least 7", "至少 7"),
            ("event-before-previous", "an index above 42", "大于 42 的序号"),
            ("history-other-checkpoint", "others", "其他检查点或签名"),
        ] {
            assert_eq!(told(code, found, Lang::Zh), expected, "{code}");
        }
        for (code, found, lang) in [
            ("history-forks", "entries 2 and 3", Lang::En),
            ("history-forks", "others", Lang::Zh),
            ("rule-broken", "a breach that is not there", Lang::Zh),
            ("superseded", "3", Lang::Zh),
            ("digest-wrong", "sha256", Lang::Zh),
            ("record-other", "before all that is said here", Lang::Zh),
            ("record-other", "", Lang::Zh),
        ] {
            assert_eq!(told(code, found, lang), found, "{code}");
        }
    }
}
