// The second worker, as static/worker.js is when it is started by that name; it also tells how much memory its engine has.
import start, { Engine } from "./stored-engine.js";

const early = [];
onmessage = (event) => early.push(event);
const { memory } = await start();
const engine = new Engine();
const told = new BroadcastChannel("stored-second");
onmessage = ({ data: [segment, request] }) => {
  postMessage([segment, engine.call(new Uint8Array(request))]);
  told.postMessage(memory.buffer.byteLength);
};
postMessage(true);
for (const event of early) onmessage(event);
