// Starts the page and, beside it, its worker: loads the program with its integrity enforced, and says so when it cannot.
//
// <html data-booted> says how it went: "yes" or "failed".
const root = document.documentElement;
const tag = document.querySelector("script[data-wasm]");
// The build puts it there: browsers ignore `integrity` itself on a preload for fetch.
const integrity = document.querySelector("link[rel=preload][as=fetch]")?.dataset.integrity;
try {
  if (!integrity) throw new Error("this page does not say what its program's hash is");
  // The worker loads its own programs meanwhile. The page takes it over: src/browser/worker.rs.
  globalThis.plimsollWorker = new Worker(tag.dataset.worker, { type: "module" });
  const program = await import(new URL(tag.dataset.js, document.baseURI));
  await program.default({ module_or_path: fetch(tag.dataset.wasm, { integrity, credentials: "same-origin" }) });
  root.dataset.booted = "yes";
} catch (error) {
  root.dataset.booted = "failed";
  globalThis.plimsollWorker?.terminate();
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.textContent =
    `Plimsoll could not be loaded, so nothing was checked. Reload the page; if that does not help, tell the site's owner. (${error.message})`;
  document.getElementById("app").replaceChildren(message);
  throw error;
}
