// The second worker, as static/worker.js is when it is started by that name; it also tells how much memory its engine has.
import start, { Engine } from "./stored-engine.js";

const module_or_path = await new Promise((resolve) => (onmessage = ({ data }) => resolve(data)));
const early = [];
onmessage = (event) => early.push(event);
const { memory } = await start({ module_or_path });
const engine = new Engine();
const told = new BroadcastChannel("stored-second");
onmessage = ({ data: [segment, request] }) => {
  postMessage([segment, engine.call(request), request.buffer], [request.buffer]);
  told.postMessage(memory.buffer.byteLength);
};
postMessage(true);
for (const event of early) onmessage(event);
