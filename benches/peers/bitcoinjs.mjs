// bitcoinjs-lib's own header: decode, hash, proof of work by its bits. It judges no chain: link, bits with retargets, median
// time, future limit and work are added here with its target and the language's own whole numbers.
import { Block } from "bitcoinjs-lib";
import { PERIOD, timely } from "./rules.mjs";

export const name = "bitcoinjs-lib";

const TIMESPAN = 14 * 24 * 60 * 60;
const LIMIT = 0xffffn << 208n;

const target = (bits) => BigInt(`0x${Buffer.from(Block.calculateTarget(bits)).toString("hex")}`);

function compact(target) {
  let size = Math.ceil(target.toString(16).length / 2);
  let word = Number(size > 3 ? target >> BigInt(8 * (size - 3)) : target << BigInt(8 * (3 - size)));
  if (word & 0x800000) [word, size] = [word >> 8, size + 1];
  return ((size << 24) | word) >>> 0;
}

function required(previous, first) {
  const timespan = Math.min(Math.max(previous.timestamp - first.timestamp, TIMESPAN / 4), TIMESPAN * 4);
  const next = (target(previous.bits) * BigInt(timespan)) / BigInt(TIMESPAN);
  return compact(next > LIMIT ? LIMIT : next);
}

/** Counts the headers good in a row, from genesis. */
export function verify(bytes, end) {
  const now = Date.now() / 1000;
  let [previous, hash, first, work] = [null, null, null, 0n];
  const times = [];
  for (let at = 0; at < end; at++) {
    const header = Block.fromBuffer(bytes.subarray(at * 80, at * 80 + 80));
    if (previous) {
      if (!header.prevHash.every((byte, i) => byte === hash[i])) return at;
      if (header.bits !== (at % PERIOD === 0 ? required(previous, first) : previous.bits)) return at;
    }
    if (!header.checkProofOfWork() || !timely(times, header.timestamp, now)) return at;
    work += (1n << 256n) / (target(header.bits) + 1n);
    hash = header.getHash();
    if (at % PERIOD === 0) first = header;
    if (times.push(header.timestamp) > 11) times.shift();
    previous = header;
  }
  return work > 0n ? end : 0;
}
