// The worker: loads the client and the verifying engine, each file under its hash, and hands the one to the other. The
// second worker is this script too: it loads the engine alone.
//
// The build writes the files and their hashes here, and names this file by its own content.
const FILES = "FILES";

// Returns a 128-bit vector: valid where the engine's quicker build is.
const SIMD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 22, 1, 20, 0, 0xfd, 12,
  ...new Array(16).fill(0), 11];

const fetched = ({ name, hash }) => fetch(`./${name}`, { integrity: hash, credentials: "same-origin" });

// Browsers take no hash for what a worker imports: the script is fetched under its hash first, which fails for any other
// bytes, and then imported from the same address.
const script = ({ script }) => fetched(script).then(() => import(`./${script.name}`));

async function program({ program }) {
  const file = await fetched(program);
  if (file.headers.get("Content-Type") === "application/wasm") return WebAssembly.compileStreaming(file);
  return WebAssembly.compile(await file.arrayBuffer());
}

async function start(files, compiled) {
  const [module, module_or_path] = await Promise.all([script(files), compiled]);
  await module.default({ module_or_path });
  return module;
}

const engineFiles = WebAssembly.validate(new Uint8Array(SIMD)) ? FILES.engineSimd : FILES.engine;

async function startEngine({ compiled, known }) {
  const [{ Engine }, bytes] = await Promise.all([start(engineFiles, compiled), known]);
  return new Engine(new Uint8Array(bytes));
}

// So many kept headers, or more, are judged by two workers: fewer are done before a second one is there.
const SECOND_FROM = 100000;

// Messages that come before the program listens are held and handed over.
const early = [];
self.onmessage = (event) => early.push(event);

// The first worker starts this script again, under that name, hands it the engine's program as it compiled it, and then
// bytes to judge.
async function serveSegments() {
  try {
    const parts = await new Promise((resolve) => (self.onmessage = ({ data }) => resolve(data)));
    self.onmessage = (event) => early.push(event);
    const engine = await startEngine(parts);
    self.onmessage = ({ data: [segment, request] }) => {
      try {
        postMessage([segment, engine.call(request), request.buffer], [request.buffer]);
      } catch {
        postMessage(false);
      }
    };
  } catch {
    return postMessage(false);
  }
  postMessage(true);
  for (const event of early) self.onmessage(event);
}

async function runClient() {
  try {
    const compiled = program(engineFiles);
    const known = fetched(FILES.knownHeaders).then((file) => file.arrayBuffer());
    const [client, engine] = await Promise.all([start(FILES.client, program(FILES.client)), startEngine({ compiled, known })]);
    const parts = { compiled: await compiled, known: await known };
    const startSecond = () => {
      const second = new Worker(self.location.href, { type: "module", name: "second" });
      second.postMessage(parts);
      return second;
    };
    client.run(engine, SECOND_FROM, startSecond);
    for (const event of early) self.onmessage(event);
  } catch (error) {
    // Thrown where the page hears it, and not before it has spoken: until then it does not listen.
    self.onmessage = () => {
      throw error;
    };
    if (early.length > 0) setTimeout(self.onmessage);
  }
}

await (self.name === "second" ? serveSegments() : runClient());
