// Starts the worker, as the page does, and sends what it found.
const worker = new Worker("worker.js", { type: "module" });
const send = (body) => fetch("/result", { method: "POST", body: JSON.stringify(body) });
worker.onmessage = ({ data }) => send(data);
worker.onerror = ({ message }) => send({ error: message });
worker.postMessage(Object.fromEntries(new URLSearchParams(location.search)));
