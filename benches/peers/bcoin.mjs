// bcoin's own header and chain entry: decode, hash, link, bits with retargets, proof of work, median time, future limit, work.
// The retarget is its `Chain`'s, in the same calls of its own numbers; the class itself drags a database along.
import Headers from "bcoin/lib/primitives/headers.js";
import ChainEntry from "bcoin/lib/blockchain/chainentry.js";
import consensus from "bcoin/lib/protocol/consensus.js";
import Network from "bcoin/lib/protocol/network.js";
import { PERIOD, timely } from "./rules.mjs";

export const name = "bcoin";

const network = Network.get("main");

function bits(previous, first) {
  const { targetTimespan, limit, bits } = network.pow;
  const timespan = Math.min(Math.max(previous.time - first.time, (targetTimespan / 4) | 0), targetTimespan * 4);
  const target = consensus.fromCompact(previous.bits);
  target.imuln(timespan);
  target.idivn(targetTimespan);
  return target.gt(limit) ? bits : consensus.toCompact(target);
}

/** Counts the headers good in a row, from genesis. */
export function verify(bytes, end) {
  const now = network.now();
  let [previous, first] = [null, null];
  const times = [];
  for (let at = 0; at < end; at++) {
    const header = Headers.fromHead(Buffer.from(bytes.buffer, bytes.byteOffset + at * 80, 80));
    if (previous) {
      if (header.prevBlock !== previous.hash) return at;
      if (header.bits !== (at % PERIOD === 0 ? bits(previous, first) : previous.bits)) return at;
    }
    if (!header.verifyPOW() || !timely(times, header.time, now)) return at;
    const entry = ChainEntry.fromBlock(header, previous);
    if (at % PERIOD === 0) first = entry;
    if (times.push(entry.time) > 11) times.shift();
    previous = entry;
  }
  return previous && !previous.chainwork.isZero() ? end : 0;
}
