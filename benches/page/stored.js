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

onmessage = async ({ data: { keep, from } }) => {
  try {
    const [{ memory }, engine] = await Promise.all([start(), startEngine()]);
    if (keep) {
      await keep_chain(keep);
      return postMessage({ kept: keep });
    }
    const script = new URL("stored-second.js", import.meta.url).href;
    const [milliseconds, height, bySecond] = await load_chain(new Engine(), from, script, turn);
    const bytes = [memory, engine.memory].map(({ buffer }) => buffer.byteLength);
    postMessage({ milliseconds, height, bySecond, bytes: [...bytes, secondBytes] });
  } catch (error) {
    postMessage({ error: `${error}` });
  }
};
