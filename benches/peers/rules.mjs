// What a chain's caller has to add to a library that judges single headers.
export const PERIOD = 2016;
const FUTURE = 2 * 60 * 60;

/** Is this time above the middle of the eleven headers before, and not too far ahead of the clock? */
export function timely(times, time, now) {
  const before = times.slice(-11).sort((a, b) => a - b);
  return !before.length || (time > before[before.length >> 1] && time <= now + FUTURE);
}
