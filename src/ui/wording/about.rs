//! How it works, for who wants to know.

use super::Every;

/// A heading and its paragraphs or list items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: Every,
    /// What stands under it.
    pub items: &'static [Every],
    /// Whether the items are steps in an order.
    pub numbered: bool,
}

/// The page's title.
pub const TITLE: Every = ["How it works", "工作原理"];

/// What stands before the sections.
pub const LEAD: Every = [
    "On a ship’s side there is a mark, a circle crossed by a line, by which anyone on the quay can see for himself whether \
     she is safely loaded. It is called the Plimsoll line. This page wants to be that for trade records: look, and judge \
     for yourself.",
    "船舷上有一个标志：一个圆被一条横线穿过。站在码头上的任何人都能凭它自行判断船是否安全装载，这就是“普利姆索尔线”。本页希望成为贸易单据的那条线：\
     自己看，自己判断。",
];

/// The sections.
pub const SECTIONS: [Section; 4] = [
    Section {
        title: ["How a record reaches a block", "单据如何进入区块"],
        items: &[
            [
                "A party signs the record: a bill of lading, a container’s event, a receivable. Each field is sealed by \
                 itself, so the holder can keep some back without breaking the seal on the rest.",
                "当事方签署单据：提单、集装箱事件或应收账款。每个字段各自封存，持有人可以不披露其中一些，而不破坏其余部分的封印。",
            ],
            [
                "A registry writes a short entry about it into a log that only ever grows. Witnesses watch the log and \
                 sign that nothing in it was rewritten.",
                "登记处把一条简短的条目写入只增不改的登记册。见证方监督登记册，并签名证明其中没有被改写。",
            ],
            [
                "From time to time the registry puts the log’s fingerprint into a transaction, each one spending the one \
                 before, so that there can be one history and no second.",
                "登记处定期把登记册的指纹放进一笔交易，每一笔都花费前一笔，因此只能有一部历史，不能有第二部。",
            ],
            [
                "The transaction is mined into a block, and block upon block is piled on it by work that cannot be faked.",
                "交易被挖进区块，之后一块又一块地被无法伪造的工作量压在下面。",
            ],
            [
                "The proof you were sent holds all of this. The page recomputes every step of it, from the record to the \
                 block headers.",
                "您收到的证明包含上述全部材料。本页从单据到区块头，逐步重新计算。",
            ],
        ],
        numbered: true,
    },
    Section {
        title: ["What the words mean", "用词说明"],
        items: &[
            ["Passed: checked here, and right.", "已通过：已在此检查，正确。"],
            ["Failed: checked here, and wrong.", "未通过：已在此检查，有误。"],
            [
                "Could not check: something needed is missing. It says neither that the record is good nor that it is bad.",
                "无法检查：缺少所需材料。既不表示单据为真，也不表示为假。",
            ],
            ["Not checked: this page does not look at it (yet).", "未检查：本页（目前）不检查这一点。"],
        ],
        numbered: false,
    },
    Section {
        title: ["What you still have to judge", "仍需您自行判断的"],
        items: &[
            [
                "Whether what was signed is true. A signed weight is a promise, not a scale.",
                "所签内容是否属实。签过字的重量是承诺，不是磅秤。",
            ],
            [
                "Whether you know the registry. Its rules come with the proof, and anybody can write rules: compare its \
                 fingerprint once with your partner, by telephone for example.",
                "您是否认识登记处。规则随证明一起送来，而规则谁都能写：请与贸易伙伴核对一次指纹，例如通过电话。",
            ],
            [
                "Whether something newer exists. Headers cannot show what nobody has shown you: where it matters, ask for a \
                 proof made today.",
                "是否有更新的事项。没人出示过的东西，区块头显示不出来：重要时请索取当天生成的证明。",
            ],
            [
                "When exactly. A block’s time is its miners’ claim: the page names the block, and its median time.",
                "确切时间。区块时间由矿工自报，因此本页给出区块及其中位时间。",
            ],
        ],
        numbered: false,
    },
    Section {
        title: ["What leaves your device", "哪些内容会离开您的设备"],
        items: &[
            [
                "Nothing you open. A proof link carries the proof after the “#”, which browsers send to no server. Files \
                 are read here. The page loads itself and block headers from its own address; other sources of headers are \
                 asked only when you add them, and learn no more than that headers are asked for.",
                "您打开的内容都不会。证明链接把证明放在“#”之后，浏览器不会把这部分发给任何服务器；文件只在本机读取。本页只从自身地址加载程序和\
                 区块头；其他区块头来源只有在您添加后才会访问，对方也只知道有人索取区块头。",
            ],
            [
                "Whoever has the link can read the record: send it as you would send the document.",
                "拿到链接的人都能读到单据：请像发送单据本身一样谨慎发送。",
            ],
        ],
        numbered: false,
    },
];
