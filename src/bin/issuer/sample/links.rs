//! The sample's links: good ones first, then some that break a rule of their trade, then honest failures.

use super::attack;
use super::world::{ATTACK_HEIGHT, FORK_HEIGHT, SampleError, World};
use crate::ledger::Ledger;
use crate::proving::{ProofOptions, find, prove};
use plimsoll::encoding::{decode_base64url, encode_base64url};
use plimsoll::proof::bundle::{Bundle, Bytes, HeaderRun};
use plimsoll::proof::link::to_route;
use serde::Serialize;

/// A link of the sample.
#[derive(Debug, Serialize)]
pub struct SampleLink {
    id: &'static str,
    title: &'static str,
    story: &'static str,
    title_zh: &'static str,
    story_zh: &'static str,
    expect: &'static str,
    link: String,
}

impl SampleLink {
    /// Its name.
    pub fn id(&self) -> &str {
        self.id
    }

    /// Characters of its link, from the slash on.
    pub fn length(&self) -> usize {
        self.link.len()
    }
}

/// A link's texts: id, expectation, title and story in English, title and story in Chinese.
type Texts = [&'static str; 6];

const RECEIVABLE: Texts = [
    "receivable",
    "genuine",
    "A receivable, confirmed by a bank",
    "An importer in Rotterdam owes an exporter in Ningbo EUR 84,300. A bank stands behind the debt.",
    "一笔经银行保兑的应收账款",
    "鹿特丹的进口商欠宁波的出口商 84,300 欧元，银行为其保兑。",
];
const BILL_OF_LADING: Texts = [
    "bill-of-lading",
    "genuine",
    "A bill of lading",
    "The carrier has 24 crates of pumps on board, bound for Rotterdam, and signs for them.",
    "一份提单",
    "承运人签发提单：24 箱水泵已装船，运往鹿特丹。",
];
const CONTAINER: Texts = [
    "container",
    "genuine",
    "A container, loaded on board",
    "Container PLMU4203173 is loaded in Ningbo onto the vessel that the bill of lading names.",
    "一只已装船的集装箱",
    "集装箱 PLMU4203173 在宁波装上提单所载的船。",
];
const EN_ROUTE: Texts = [
    "en-route",
    "genuine",
    "A container at sea, and when it is due",
    "Discharge was reported by mistake and taken back; it is now expected on 5 March.",
    "航行中的集装箱与预计卸船时间",
    "曾误报卸船，随后撤回；现预计 3 月 5 日卸船。",
];
const WITHHELD: Texts = [
    "withheld",
    "genuine",
    "A transfer, its price withheld",
    "The exporter sells the receivable to a financier. Who bought it is shown; for how much is not.",
    "一笔未披露价格的转让",
    "出口商把应收账款转让给资金方：披露受让人，不披露价格。",
];
const DOSSIER: Texts = [
    "dossier",
    "genuine",
    "The whole trade, side by side",
    "Invoice, bill of lading, container, delivery and receivable of one shipment, held against one another.",
    "整笔贸易，逐项对照",
    "同一批货的发票、提单、集装箱、交付与应收账款，相互核对。",
];
const SPLIT: Texts = [
    "split",
    "genuine",
    "A receivable, split in two",
    "EUR 126,000 become 76,000 and 50,000; a part is sold on and paid in part. Every cent is accounted for.",
    "一拆为二的应收账款",
    "126,000 欧元拆成 76,000 和 50,000；其中一份转让并部分兑付，分文不差。",
];
const CLEARING: Texts = [
    "clearing",
    "genuine",
    "A clearing round",
    "Six debts among four firms become four payments through a clearing house.",
    "一轮清算",
    "四家企业之间的六笔债务，经清算中心减为四笔付款。",
];
const AGAINST_RULES: Texts = [
    "against-rules",
    "against-rules",
    "Sold while it was pledged",
    "The exporter really signed this sale, and it is really recorded. But the debt was pledged to somebody else.",
    "质押期间的转让",
    "出口商确实签署了这笔转让，也确已登记。但这笔债当时已质押给他人。",
];
const SOLD_TWICE: Texts = [
    "sold-twice",
    "against-rules",
    "One invoice, sold to two financiers",
    "The same invoice stands behind two receivables, each sold to another financier. A third looks very much like it.",
    "一张发票，卖给两家资金方",
    "同一张发票开立了两笔应收账款，分别转让给不同的资金方；第三笔也极为相似。",
];
const CHANGED_FIELD: Texts = [
    "changed-field",
    "not-genuine",
    "The same debt, with one number changed",
    "Somebody made EUR 84,300 into EUR 94,300 after it was signed.",
    "同一笔债，改了一个数字",
    "有人在签署之后把 84,300 欧元改成了 94,300 欧元。",
];
const NOT_IN_LOG: Texts = [
    "not-in-log",
    "not-genuine",
    "Signed, but never recorded",
    "The exporter's own signature on EUR 412,000, shown with the log proof of another record.",
    "签了名，却从未登记",
    "出口商确实签了 412,000 欧元，但附上的是另一条记录的登记证明。",
];
const LOSING_FORK: Texts = [
    "losing-fork",
    "not-genuine",
    "Recorded in a block that lost",
    "The receivable is transferred a second time, to somebody else, in a history that the chain left behind.",
    "登记在被淘汰的区块里",
    "同一笔应收账款又转让给了别人，但那段历史已被链淘汰。",
];
const TOO_FEW_CONFIRMATIONS: Texts = [
    "too-few-confirmations",
    "cannot-tell",
    "Recorded a moment ago",
    "The importer surrenders a bill of lading. Nothing is wrong, but too few blocks stand on it yet.",
    "刚刚登记",
    "进口商交回提单提货。没有问题，只是其上的区块还不够多。",
];
const STRIPPED_COSIGNATURE: Texts = [
    "stripped-cosignature",
    "not-genuine",
    "A witness removed",
    "A receivable is split in two. One of the witnesses who vouch for the log was cut out of the proof.",
    "少了一个见证方",
    "一笔应收账款拆成两笔。证明里为登记册作证的一个见证方被删去了。",
];
const ATTACK_64_BYTE: Texts = [
    "attack-64-byte",
    "not-genuine",
    "A transaction that was never made",
    "Two transactions of a real block were chosen so that their ids, side by side, read as a third of 64 bytes.",
    "一笔从未存在的交易",
    "精心挑选真实区块中的两笔交易，使它们的编号连在一起读作第三笔 64 字节的交易。",
];
const UNKNOWN_REGISTRY: Texts = [
    "unknown-registry",
    "cannot-tell",
    "A registry nobody introduced",
    "Everything fits together, but who keeps this log? You decide whether to trust it.",
    "无人介绍过的登记处",
    "一切吻合，但这本登记册是谁在保管？由您判断。",
];
const TRUNCATED_LINK: Texts = [
    "truncated-link",
    "unreadable",
    "A link cut short",
    "A pledge, sent through a program that cut its link in half.",
    "被截断的链接",
    "一份质押证明，链接被转发软件截去了一半。",
];

/// Makes them all.
pub fn links(world: &World) -> Result<Vec<SampleLink>, SampleError> {
    let own = |name: &str| proof(&world.ledger, name, &[]);
    let (receivable, bill) = (own("RCV-2026-0042-3")?, own("PLMS0042-BL")?);
    let withheld = proof(&world.ledger, "RCV-2026-0042-4", &["/body/consideration", "/body/rate"])?;
    let pledge = link(TRUNCATED_LINK, &own("RCV-2026-0044-3")?);
    let cut = SampleLink { link: pledge.link[..pledge.link.len() / 2].to_owned(), ..pledge };
    Ok(vec![
        link(RECEIVABLE, &receivable),
        link(BILL_OF_LADING, &bill),
        link(CONTAINER, &own("PLMU4203173-4")?),
        link(EN_ROUTE, &own("PLMU4203229-6")?),
        link(WITHHELD, &withheld),
        link(DOSSIER, &dossier(&world.ledger, "RCV-2026-0042-4", &["PLMS0042", "PLMU4203173", "QY-26-0117"])?),
        link(SPLIT, &dossier(&world.ledger, "RCV-2026-0043-3", &["RCV-2026-0043-A", "RCV-2026-0043-B"])?),
        link(CLEARING, &own("YRC-2026-02-3")?),
        link(AGAINST_RULES, &own("RCV-2026-0044-4")?),
        link(SOLD_TWICE, &dossier(&world.ledger, "RCV-2026-0046-3", &["RCV-2026-0042", "RCV-2026-0047"])?),
        link(CHANGED_FIELD, &changed_field(own("RCV-2026-0042-1")?)?),
        link(NOT_IN_LOG, &not_in_log(world, own("RCV-2026-0044-1")?)),
        link(LOSING_FORK, &losing_fork(world)?),
        link(TOO_FEW_CONFIRMATIONS, &own("PLMS0057-SUR")?),
        link(STRIPPED_COSIGNATURE, &stripped_cosignature(own("RCV-2026-0043-3")?)?),
        link(ATTACK_64_BYTE, &attack_64_byte(world)?),
        link(UNKNOWN_REGISTRY, &unknown_registry(world)?),
        cut,
    ])
}

fn link(texts: Texts, proof: &Bundle) -> SampleLink {
    let [id, expect, title, story, title_zh, story_zh] = texts;
    SampleLink { id, title, story, title_zh, story_zh, expect, link: to_route(proof.to_json().as_bytes()) }
}

fn proof(ledger: &Ledger, name: &str, withhold: &[&str]) -> Result<Bundle, SampleError> {
    let withhold: Vec<String> = withhold.iter().map(|&pointer| pointer.to_owned()).collect();
    let options = ProofOptions { withhold: &withhold, policy_hash: true, ..ProofOptions::default() };
    Ok(prove(ledger, find(ledger, name)?, options)?)
}

/// A record with those of other assets beside it.
fn dossier(ledger: &Ledger, name: &str, with: &[&str]) -> Result<Bundle, SampleError> {
    let with: Vec<String> = with.iter().map(|&reference| reference.to_owned()).collect();
    let options = ProofOptions { with: &with, policy_hash: true, ..ProofOptions::default() };
    Ok(prove(ledger, find(ledger, name)?, options)?)
}

fn broken(id: &'static str, reason: &str) -> SampleError {
    SampleError::Link { id, reason: reason.to_owned() }
}

/// One disclosure says another amount than was signed.
fn changed_field(mut proof: Bundle) -> Result<Bundle, SampleError> {
    let missing = || broken(CHANGED_FIELD[0], "no disclosure of faceAmount");
    let changed = |text: &str| {
        let json = String::from_utf8(decode_base64url(text).ok()?).ok()?;
        let altered = json.replace("\"faceAmount\",\"84300.00\"", "\"faceAmount\",\"94300.00\"");
        (altered != json).then(|| encode_base64url(altered.as_bytes()))
    };
    let sd_jwt = &mut proof.record.sd_jwt;
    let (old, new) = sd_jwt.split('~').find_map(|text| Some((text.to_owned(), changed(text)?))).ok_or_else(missing)?;
    *sd_jwt = sd_jwt.replace(&old, &new);
    Ok(proof)
}

/// A record that was never entered, with the log proof of one that was.
fn not_in_log(world: &World, mut proof: Bundle) -> Bundle {
    proof.record.sd_jwt.clone_from(&world.unlogged.sd_jwt);
    proof.record.event = world.unlogged.event.clone();
    proof
}

/// Another history of the log, with the headers of the branch it stands on.
fn losing_fork(world: &World) -> Result<Bundle, SampleError> {
    let mut proof = proof(&world.other_history, "RCV-2026-0042-4", &[])?;
    let run = world.other_history.chain().header_run(FORK_HEIGHT);
    proof.headers = Some(HeaderRun { network: "regtest".into(), from: FORK_HEIGHT, run: Bytes(run) });
    Ok(proof)
}

/// The second witness's line is missing.
fn stripped_cosignature(mut proof: Bundle) -> Result<Bundle, SampleError> {
    let text = &mut proof.record.log_proof;
    let line = text.lines().last().filter(|line| line.starts_with('—')).map(str::to_owned);
    let line = line.ok_or_else(|| broken(STRIPPED_COSIGNATURE[0], "no signature in the last line"))?;
    *text = text.replace(&format!("{line}\n"), "");
    Ok(proof)
}

/// The other history again, now anchored by an inner node of a block on the chain.
fn attack_64_byte(world: &World) -> Result<Bundle, SampleError> {
    let mut proof = proof(&world.other_history, "RCV-2026-0042-4", &[])?;
    let block = world.ledger.chain().block(ATTACK_HEIGHT);
    let claim = block.and_then(|block| attack::claim(block, ATTACK_HEIGHT));
    let (posing, block) =
        claim.ok_or_else(|| broken(ATTACK_64_BYTE[0], "no inner node that reads as a transaction"))?;
    let last = proof.anchors.last_mut().ok_or_else(|| broken(ATTACK_64_BYTE[0], "no anchor"))?;
    last.tx = Bytes(posing.encode());
    last.block = Some(block);
    Ok(proof)
}

/// Another registry's proof, with its policy inside: nobody else vouches for that.
fn unknown_registry(world: &World) -> Result<Bundle, SampleError> {
    let ledger = &world.stranger;
    Ok(prove(ledger, find(ledger, "GMT-7731")?, ProofOptions::default())?)
}
