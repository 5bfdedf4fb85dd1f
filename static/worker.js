// The worker: loads the client and the verifying engine, each file under its hash, and hands the one to the other. The
// second worker is this script too: it loads the engine alone.
//
// The build writes the files and their hashes here, and names this file by its own content.
const FILES = "FILES";

// Returns a 128-bit vector: valid where the engine's quicker build is.
const SIMD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 22, 1, 20, 0, 0xfd, 12,
  ...new Array(16).fill(0), 11];

const fetched = ({ name, hash }) => fetch(`./${name}`, { integrity: hash, credentials: "same-origin" });

async function load({ script, program }) {
  // Browsers take no hash for what a worker imports: the script is fetched under its hash first, which fails for any
  // other bytes, and then imported from the same address.
  const [module, bytes] = await Promise.all([fetched(script).then(() => import(`./${script.name}`)), fetched(program)]);
  await module.default({ module_or_path: bytes });
  return module;
}

const quick = WebAssembly.validate(new Uint8Array(SIMD));
const engineProgram = load(quick ? FILES.engineSimd : FILES.engine);
const known = fetched(FILES.knownHeaders).then((file) => file.arrayBuffer());
const engineReady = Promise.all([engineProgram, known])
  .then(([engine, bytes]) => new engine.Engine(new Uint8Array(bytes)));

// So many kept headers, or more, are judged by two workers: fewer are done before a second one is there.
const SECOND_FROM = 100000;

// Messages that come before the program listens are held and handed over.
const early = [];
self.onmessage = (event) => early.push(event);

// What the second worker is started by: the first one starts this script again, under that name, and hands it bytes.
async function serveSegments() {
  try {
    const engine = await engineReady;
    self.onmessage = ({ data: [segment, request] }) => {
      try {
        postMessage([segment, engine.call(new Uint8Array(request))]);
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
    const [client, engine] = await Promise.all([load(FILES.client), engineReady]);
    client.run(engine, SECOND_FROM);
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
