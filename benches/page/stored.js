// A visit: a worker that keeps headers or loads those kept, with the page's client and engine. Each runs in a fresh one.
import start, { keep_chain, load_chain } from "./stored-client.js";
import startEngine, { Engine } from "./stored-engine.js";

const channel = new MessageChannel();
const turn = () => new Promise((resolve) => {
  channel.port1.onmessage = resolve;
  channel.port2.postMessage(null);
});
const second = new BroadcastChannel("stored-second");
let secondBytes = 0;
second.onmessage = ({ data }) => (secondBytes = Math.max(secondBytes, data));

onmessage = async ({ data: { programs, keep, from } }) => {
  try {
    const [{ memory }, engine] = await Promise.all([
      start({ module_or_path: programs.client }),
      startEngine({ module_or_path: programs.engine }),
    ]);
    if (keep) {
      await keep_chain(keep);
      return postMessage({ kept: keep });
    }
    const startSecond = () => {
      const worker = new Worker(new URL("stored-second.js", import.meta.url), { type: "module" });
      worker.postMessage(programs.engine);
      return worker;
    };
    const [milliseconds, height, bySecond] = await load_chain(new Engine(), from, startSecond, turn);
    const bytes = [memory, engine.memory].map(({ buffer }) => buffer.byteLength);
    postMessage({ milliseconds, height, bySecond, bytes: [...bytes, secondBytes] });
  } catch (error) {
    postMessage({ error: `${error}` });
  }
};
