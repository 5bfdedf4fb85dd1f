// Runs the contenders in a worker, where the page's engine runs too, shows what came out and hands it to the runner.
const out = document.getElementById("out");
const send = (path, value) => fetch(path, { method: "POST", body: JSON.stringify(value) });
const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => {
  out.textContent = JSON.stringify(data, null, 1);
  send("round" in data ? "/progress" : "/result", data);
};
worker.onerror = (event) => send("/result", { error: event.message || "the worker did not load" });
worker.postMessage(Object.fromEntries(new URLSearchParams(location.search)));
