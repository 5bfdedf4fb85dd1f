// A module worker that runs the same WebAssembly module as the page. Its name is the module's file name, which carries
// a hash of the content. The name is not in the query string, which a service worker's cached answer takes away.
const name = self.name;
if (!/^[A-Za-z0-9_-]+\.js$/.test(name)) throw new Error("the worker's name is not a module's");
// Messages that come before the program listens are held and handed over.
const early = [];
const hold = (event) => early.push(event);
self.addEventListener("message", hold);
const program = await import(`./${name}`);
await program.default({ module_or_path: new URL(name.replace(/\.js$/, "_bg.wasm"), self.location.href) });
self.removeEventListener("message", hold);
for (const event of early) self.onmessage(event);
