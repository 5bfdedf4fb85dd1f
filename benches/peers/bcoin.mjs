// bcoin's own header: decode, hash, proof of work by its bits, link to the one before.
import Headers from "bcoin/lib/primitives/headers.js";

export const name = "bcoin";

/** Counts the headers good in a row. */
export function verify(bytes, start, end) {
  let previous = null;
  for (let at = start; at < end; at++) {
    const header = Headers.fromHead(Buffer.from(bytes.buffer, bytes.byteOffset + at * 80, 80));
    if (previous && header.prevBlock !== previous) return at - start;
    if (!header.verifyPOW()) return at - start;
    previous = header.hash("hex");
  }
  return end - start;
}
