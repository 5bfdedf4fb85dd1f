// Makes the records, then replays and cross-checks them round after round. The first round is the reader's: nothing is warm.
onmessage = async ({ data: { records, rounds } }) => {
  try {
    const { instance } = await WebAssembly.instantiateStreaming(fetch("trade.wasm"), {});
    const { memory, make, check } = instance.exports;
    const made = make(Number(records));
    const times = [];
    let held = 0;
    for (let round = 0; round < Number(rounds); round++) {
      const since = performance.now();
      held = check();
      times.push((performance.now() - since) / 1000);
      if (held === 0) throw new Error("a rule is broken");
    }
    postMessage({ records: made, held, times, memory: memory.buffer.byteLength });
  } catch (error) {
    postMessage({ error: `${error}` });
  }
};
