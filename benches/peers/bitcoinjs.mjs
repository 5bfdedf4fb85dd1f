// bitcoinjs-lib's own header: decode, hash, proof of work by its bits, link to the one before.
import { Block } from "bitcoinjs-lib";

export const name = "bitcoinjs-lib";

/** Counts the headers good in a row. */
export function verify(bytes, start, end) {
  let previous = null;
  for (let at = start; at < end; at++) {
    const header = Block.fromBuffer(bytes.subarray(at * 80, at * 80 + 80));
    if (previous && !header.prevHash.every((byte, i) => byte === previous[i])) return at - start;
    if (!header.checkProofOfWork()) return at - start;
    previous = header.getHash();
  }
  return end - start;
}
