//! Why a rule was not checked, in both languages.

use crate::trade::rule::Lack;
use crate::trade::said::Said;

/// Things that a rule may miss, by the words that rules use for them; longer ones before those they begin with.
const THINGS: &[(&str, &str)] = &[
    ("bill of lading", "提单"),
    ("freight invoice", "运费发票"),
    ("invoice", "发票"),
    ("receivable", "应收账款"),
    ("purchase order", "采购订单"),
    ("delivery", "交付记录"),
    ("departure", "离港记录"),
    ("arrival", "到港记录"),
    ("booking", "订舱"),
    ("event", "事件"),
    ("pairs of invoice and bill", "发票与提单的组合"),
    ("participants", "参与方"),
    ("obligations", "债务"),
    ("positions", "净头寸"),
    ("settlements", "结算"),
];

/// Phrases around what is missing: what stands before it, what after it, and the Chinese around it.
const PHRASES: &[(&str, &str, &str, &str)] = &[
    ("what went before ", "", "", " 之前的记录"),
    ("what became of the version before ", "", "", " 之前版本的处置"),
    ("ISSUED of the version after ", "", "", " 之后版本的 ISSUED"),
    ("who finances by ", "", "", " 的融资方"),
    ("whose keys signed ", "", "签署 ", " 的密钥属于谁"),
    ("whose key signed ", "", "签署 ", " 的密钥属于谁"),
    ("who ", " is", "", " 是谁"),
    ("the last ", "", "最后一次 ", ""),
    ("the centre of ", "", "", " 的清算中心"),
    ("the title to ", "", "", " 的物权"),
    ("the issuing carrier ", "", "签发提单的承运人 ", ""),
    ("the possessor ", "", "提单持有人 ", ""),
    ("the endorsee ", "", "被背书人 ", ""),
];

/// Phrases around two things: what stands before, between and after them in English, and in Chinese.
const PAIRS: &[([&str; 3], [&str; 3])] = &[
    (["rate of exchange of ", " to ", ""], ["", " 兑 ", " 的汇率"]),
    (["", " beyond the first ", ""], ["", " 中超出前 ", " 项的部分"]),
    (["whose keys signed ", " and ", ""], ["签署 ", " 与 ", " 的密钥属于谁"]),
    (["whose key signed ", ", expected ", ""], ["签署 ", " 的密钥属于谁；应为 ", ""]),
    (["what ", " charges for ", " alone"], ["", " 单独就 ", " 收取的费用"]),
    (["whom the ", " freight of ", " is charged to"], ["", " 运费向谁收取：", ""]),
    (["", " before the round ", ""], ["", "，早于轮次 ", ""]),
    (["", " shipped, by ", ""], ["", " 的装运数量，依据 ", ""]),
];

/// How many phrases inside one another are turned: records name things, and whoever writes one may write on and on.
const DEEPEST: usize = 4;

/// Tells a reason.
pub(super) fn said(lack: &Lack) -> Said {
    match lack {
        Lack::Record { what } => Said::new(
            format!("not among the records given: {what}"),
            format!("所给记录中没有：{}", chinese(what, DEEPEST)),
        ),
        Lack::Signer { record, expected } => Said::new(
            format!("not shown who signed {record}; expected {}", expected.en),
            format!("未证明 {record} 由谁签署；应为 {}", expected.zh),
        ),
        Lack::Others { on } => Said::new(
            format!("other records on {on}, if there are any: nobody sees more than he is given"),
            format!("{on} 上可能另有记录：只能看到所给的部分"),
        ),
        Lack::Ambiguous { reference } => Said::new(
            format!("several of the records given go by {reference}, and which is meant is not said"),
            format!("所给记录中有多个资产以 {reference} 为编号，未说明所指为何者"),
        ),
        Lack::Withheld { record, field } => {
            Said::new(format!("withheld: {record} {field}"), format!("未披露：{record} {field}"))
        }
        Lack::Field { record, field } => {
            Said::new(format!("not stated: {record} {field}"), format!("未载明：{record} {field}"))
        }
    }
}

/// What is missing, in Chinese; what has no words there stays as it is.
fn chinese(what: &str, deep: usize) -> String {
    let Some(deep) = deep.checked_sub(1) else { return what.to_owned() };
    for ([before, between, after], [open, join, close]) in PAIRS {
        let inner = what.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        if let Some((one, other)) = inner.and_then(|inner| inner.split_once(between)) {
            return format!("{open}{}{join}{}{close}", chinese(one, deep), chinese(other, deep));
        }
    }
    for (before, after, open, close) in PHRASES {
        if let Some(inner) = what.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)) {
            return format!("{open}{}{close}", chinese(inner, deep));
        }
    }
    for (english, chinese) in THINGS {
        let Some(rest) = what.strip_prefix(english) else { continue };
        return match rest.strip_prefix(" of ") {
            Some(of) => match of.split_once(" to ") {
                Some((of, to)) => format!("{of} 向 {to} 开具的{chinese}"),
                None => format!("{of} 的{chinese}"),
            },
            None => format!("{chinese}{rest}"),
        };
    }
    // An action's code, and what it was done to.
    match what.split_once(" of ") {
        Some((code, of)) if code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') => {
            format!("{} 的 {code}", chinese(of, deep))
        }
        _ => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_in_chinese() {
        for (english, expected) in [
            ("bill of lading PLMS0057", "提单 PLMS0057"),
            ("bill of lading of PLMU4203173", "PLMU4203173 的提单"),
            ("freight invoice of PLMS0042 to Yong Pumps", "PLMS0042 向 Yong Pumps 开具的运费发票"),
            ("LOAD of PLMU4203173", "PLMU4203173 的 LOAD"),
            ("what went before DISC of PLMU4203173", "PLMU4203173 的 DISC 之前的记录"),
            ("ISSUED of invoice QY-1", "发票 QY-1 的 ISSUED"),
            ("ISSUED of the version after PLMS0042-7", "PLMS0042-7 之后版本的 ISSUED"),
            ("who Ostkap is", "Ostkap 是谁"),
            ("RCV-1 7", "RCV-1 7"),
            ("rate of exchange of EUR to USD", "EUR 兑 USD 的汇率"),
            ("whose keys signed R-1 and R-2", "签署 R-1 与 R-2 的密钥属于谁"),
            ("the last DISC of PLMU4203173", "最后一次 PLMU4203173 的 DISC"),
            ("pairs of invoice and bill of R beyond the first 256", "R 的发票与提单的组合 中超出前 256 项的部分"),
            ("the centre of R1", "R1 的清算中心"),
            ("ISSUE of the title to PLMS0042", "PLMS0042 的物权 的 ISSUE"),
            (
                "whose key signed R-3 (ISSUE), expected the possessor A",
                "签署 R-3 (ISSUE) 的密钥属于谁；应为 提单持有人 A",
            ),
            ("what FI-1 charges for PLMS0042 alone", "FI-1 单独就 PLMS0042 收取的费用"),
            ("whom the PRE freight of PLMS0042 is charged to", "PRE 运费向谁收取：PLMS0042"),
            ("APPLY of RCV before the round R1", "RCV 的 APPLY，早于轮次 R1"),
            ("KGM shipped, by PLMS0042-4", "KGM 的装运数量，依据 PLMS0042-4"),
        ] {
            assert_eq!(chinese(english, DEEPEST), expected, "{english}");
        }
        let on_and_on = "LOAD of ".repeat(100_000);
        assert!(chinese(&on_and_on, DEEPEST).len() < 2 * on_and_on.len(), "a hostile name is text");
    }
}
