// Builds what is compared, and lays it out as one folder to serve.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const OUT = join(ROOT, "target", "bench");
const SIMD = "-Ctarget-feature=+simd128";
// As the page's engine is built: xtask/src/modules.rs.
const OURS = "-Cllvm-args=-inline-threshold=80";

function run(program, options, { cwd = ROOT, env = {} } = {}) {
  const { status } = spawnSync(program, options, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${program} ${options.join(" ")} failed`);
}

/** Builds a crate for WebAssembly with and without 128-bit lanes; `name` is its library's. */
function wasm(crate, name, options = [], env = {}, common = "") {
  for (const [kind, flags] of [["simd", `${SIMD} ${common}`], ["plain", common]]) {
    const target = join(OUT, `target-${kind}`);
    const wanted = { ...env, CARGO_TARGET_DIR: target, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: flags };
    run("cargo", ["build", "--release", "--target", "wasm32-unknown-unknown", ...options], { cwd: crate, env: wanted });
    copyFileSync(join(target, "wasm32-unknown-unknown", "release", `${name}.wasm`), join(OUT, "site", `${name}-${kind}.wasm`));
  }
}

/** The page's own client and engine, bound to JavaScript; whether the tool for that is there. */
function stored() {
  const tools = join(homedir(), ".cache", "plimsoll", "tools");
  const own = existsSync(tools) ? readdirSync(tools).filter((name) => name.startsWith("wasm-bindgen-cli-")) : [];
  const tool = [...own.map((name) => join(tools, name, "bin", "wasm-bindgen")), "wasm-bindgen"]
    .find((path) => spawnSync(path, ["--version"]).stdout?.toString().includes("0.2.128"));
  if (!tool) return false;
  for (const [name, profile, flags] of [["stored-client", "release", ""], ["stored-engine", "engine", `${SIMD} ${OURS}`]]) {
    const target = join(OUT, `target-${name}`);
    const env = { CARGO_TARGET_DIR: target, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: flags };
    const options = ["build", "--locked", "--profile", profile, "--bin", name, "--target", "wasm32-unknown-unknown"];
    run("cargo", options, { cwd: join(HERE, "stored"), env });
    const program = join(target, "wasm32-unknown-unknown", profile, `${name}.wasm`);
    run(tool, ["--target", "web", "--no-typescript", "--out-dir", join(OUT, "site"), program]);
  }
  return true;
}

function bundle(peers, name) {
  const options = ["--bundle", "--format=esm", "--platform=browser", "--target=chrome120", "--minify", "--log-level=warning",
    "--inject:./globals.mjs", "--define:global=globalThis", `--outfile=${join(OUT, "site", `${name}.js`)}`];
  run(join(peers, "node_modules", ".bin", "esbuild"), [`${name}.mjs`, ...options], { cwd: peers });
}

/** The folder to serve, and what could not be built. */
export function prepare() {
  const site = join(OUT, "site");
  mkdirSync(site, { recursive: true });
  cpSync(join(HERE, "page"), site, { recursive: true });
  const left_out = [];
  const data = join(process.env.PLIMSOLL_DATA ?? join(dirname(ROOT), "shared", "data"), "headers", "mainnet-0-32260.headers");
  if (!existsSync(data)) throw new Error(`${data} is not there: real headers are measured, see PLIMSOLL_DATA`);
  copyFileSync(data, join(site, "headers.bin"));
  const peers = join(HERE, "peers");
  if (!existsSync(join(peers, "node_modules", ".bin", "esbuild"))) {
    run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: peers });
  }
  bundle(peers, "bcoin");
  bundle(peers, "bitcoinjs");
  const clang = spawnSync("clang", ["--version"]).status === 0;
  if (!clang) left_out.push("rust-bitcoin: its C code needs clang");
  const tools = { CC_wasm32_unknown_unknown: "clang", AR_wasm32_unknown_unknown: "llvm-ar" };
  wasm(join(peers, "rust"), "plimsoll_bench_peers", clang ? ["--locked", "--features", "bitcoin"] : ["--locked"], clang ? tools : {});
  wasm(join(HERE, "ours"), "plimsoll_bench", [], {}, OURS);
  if (!stored()) left_out.push("headers from the device: wasm-bindgen 0.2.128 is not there; `cargo xtask serve` installs it");
  return { site, left_out };
}
