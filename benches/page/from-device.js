// Kept headers, loaded and verified by the page's own code: with a second worker, and without.
const COUNT = 1_000_000;

/** Runs one visit in a worker of its own. */
function visit(wanted) {
  const worker = new Worker(new URL("stored.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message || "the visit's worker did not load"));
    worker.postMessage(wanted);
  }).finally(() => worker.terminate());
}

/** Two contenders, the chain that they load kept before; none where their modules were not built. */
export async function fromTheDevice() {
  if (!(await fetch("stored-client.js")).ok) return [];
  const program = (name) => WebAssembly.compileStreaming(fetch(`stored-${name}_bg.wasm`));
  // Compiled once, so that after the first round they are compiled well, like all that is measured here.
  const programs = { client: await program("client"), engine: await program("engine") };
  await visit({ programs, keep: COUNT });
  const unit = "headers from the device, opened, read, checked and verified";
  const load = (from, workers) => async () => {
    const { milliseconds, height, bySecond, bytes } = await visit({ programs, from });
    if (height !== COUNT - 1) throw new Error(`loaded up to ${height}, expected ${COUNT - 1}`);
    if (bySecond > 0 !== (workers === 2)) throw new Error(`${bySecond} by a second worker, of ${workers}`);
    return { done: COUNT, seconds: milliseconds / 1000, bytes, bySecond };
  };
  return [
    { unit, name: "plimsoll", what: "two workers", run: load(1, 2) },
    { unit, name: "plimsoll", what: "one worker", run: load(0xffffffff, 1) },
  ];
}
