// Who is compared. The first of each unit is ours, and what the others are measured against.
import * as bcoin from "./bcoin.js";
import * as bitcoinjs from "./bitcoinjs.js";
import { load } from "./wasm.js";
import { fromTheDevice } from "./from-device.js";

// 31 passes over the first 32,261 headers of Bitcoin, each from genesis, make a million.
const PASSES = 31;
// JavaScript's turn is shorter: rates are compared, not times.
const FEW = 10_000;
const LEAVES = 1 << 20;

const read = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());

function must(found, wanted) {
  if (found !== wanted) throw new Error(`${found} good, expected ${wanted}`);
}

/** Entries without meaning, the same ones each time. */
function entries() {
  const words = new Uint32Array(LEAVES * 8);
  for (let at = 0, state = 1; at < words.length; at++) words[at] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return new Uint8Array(words.buffer);
}

/** All contenders, ready to run; each gives how much it did. */
export async function contenders() {
  const headers = await read("headers.bin");
  const count = headers.length / 80;
  const tree = entries();
  const [ours, oursPlain, peers, peersPlain] = await Promise.all(
    ["plimsoll_bench-simd", "plimsoll_bench-plain", "plimsoll_bench_peers-simd", "plimsoll_bench_peers-plain"].map((name) => load(`${name}.wasm`)),
  );
  const passes = (module, work) => () => {
    module.give(headers);
    for (let pass = 0; pass < PASSES; pass++) must(module.work[work](), count);
    return count * PASSES;
  };
  // All must come to the same root, of which each gives a byte.
  ours.give(tree);
  const expected = ours.work.tree();
  const root = (module, work) => () => {
    module.give(tree);
    must(module.work[work](), expected);
    return LEAVES;
  };
  const few = (peer) => () => {
    must(peer.verify(headers, FEW), FEW);
    return FEW;
  };
  const unit = "headers";
  const list = [
    { unit, name: "plimsoll", what: "every rule, simd128", run: passes(ours, "verify") },
    { unit, name: "plimsoll", what: "hashing alone, simd128", run: passes(ours, "hash") },
    { unit, name: "plimsoll", what: "every rule, without simd128", run: passes(oursPlain, "verify") },
    { unit, name: "sha2", what: "hashing alone, simd128", run: passes(peers, "sha2_hash") },
    { unit, name: "sha2", what: "hashing alone, without simd128", run: passes(peersPlain, "sha2_hash") },
  ];
  if (peers.work.bitcoin_verify) {
    const what = "every rule";
    list.push({ unit, name: "rust-bitcoin", what: `${what}; simd128`, run: passes(peers, "bitcoin_verify") });
    list.push({ unit, name: "rust-bitcoin", what: `${what}; without simd128`, run: passes(peersPlain, "bitcoin_verify") });
  }
  for (const peer of [bcoin, bitcoinjs]) {
    list.push({ unit, name: peer.name, what: "every rule", run: few(peer) });
  }
  list.push({ unit: "entries of a log, hashed to the tree's root", name: "plimsoll", what: "a million leaves, simd128", run: root(ours, "tree") });
  list.push({ unit: "entries of a log, hashed to the tree's root", name: "sha2", what: "the same, simd128", run: root(peers, "sha2_tree") });
  return [...list, ...(await fromTheDevice())];
}
