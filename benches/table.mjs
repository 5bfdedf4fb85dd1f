// The figures as text: the middle of each contender's rounds, and how many times faster ours is in the same round.
const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const shown = (rate) => Math.round(rate).toLocaleString("en").padStart(12);

/** Lines of one group: rates of each, and ours over each, taken round by round. */
function group(rows) {
  const [ours, ...peers] = rows;
  const ratio = (peer) => middle(ours.rates.map((rate, round) => rate / peer.rates[round])).toFixed(2);
  return [
    `${ours.unit} a second, middle of ${ours.rates.length} rounds`,
    `${shown(middle(ours.rates))}          ${ours.name}: ${ours.what}`,
    ...peers.map((peer) => `${shown(middle(peer.rates))}  × ${ratio(peer).padStart(6)}  ${peer.name}: ${peer.what}`),
  ];
}

/** All groups; the first of each unit is what the others are compared with. */
export function table(rows, version, leftOut) {
  const units = [...new Set(rows.map((row) => row.unit))];
  const groups = units.flatMap((unit) => ["", ...group(rows.filter((row) => row.unit === unit))]);
  return [version, ...groups, ...leftOut.map((name) => `left out: ${name}`)].join("\n");
}
