// Measures how fast records are replayed and cross-checked: in a worker of Chromium, and natively, in one run.
//
//     node benches/trade.mjs [--records N] [--rounds N]
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FLAGS, chromium } from "./chromium.mjs";
import { serve } from "./serve.mjs";

const { values } = parseArgs({ options: { records: { type: "string", default: "100000" }, rounds: { type: "string", default: "7" } } });
const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const OUT = join(ROOT, "target", "bench");

function run(program, options, { cwd = ROOT, env = {}, stdout = 2 } = {}) {
  const done = spawnSync(program, options, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", stdout, 2] });
  if (done.status !== 0) throw new Error(`${program} ${options.join(" ")} failed`);
  return done.stdout?.toString() ?? "";
}

function site() {
  const site = join(OUT, "trade-site");
  mkdirSync(site, { recursive: true });
  cpSync(join(HERE, "trade", "page"), site, { recursive: true });
  const target = join(OUT, "target-trade");
  run("cargo", ["build", "--release", "--target", "wasm32-unknown-unknown"], { cwd: join(HERE, "trade"), env: { CARGO_TARGET_DIR: target } });
  copyFileSync(join(target, "wasm32-unknown-unknown", "release", "plimsoll_bench_trade.wasm"), join(site, "trade.wasm"));
  return site;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const shown = (seconds) => `${seconds.toFixed(2)} s`;

const native = ["run", "--quiet", "--profile", "tool", "--example", "dossier_speed", "--", values.records];
run("cargo", native.with(0, "build").slice(0, -2));
const [browser, version] = chromium();
const { port, result, close } = await serve(site());
const profile = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const query = new URLSearchParams({ records: values.records, rounds: values.rounds });
const running = spawn(browser, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/?${query}`], { stdio: "ignore" });
const timer = setTimeout(() => running.kill(), 10 * 60 * 1000);
const ended = new Promise((_, reject) => running.once("exit", () => reject(new Error("Chromium ended before the figures were sent"))));
try {
  const found = await Promise.race([result, ended]);
  if (found.error) throw new Error(found.error);
  const { records, held, times, memory } = found;
  console.log(`${version}: ${records} records, ${held} cases of rules held, ${Math.round(memory / 1e6)} MB`);
  console.log(`in a worker: first ${shown(times[0])}, median of ${times.length} ${shown(median(times))}, quickest ${shown(Math.min(...times))}`);
  const line = run("cargo", native, { stdout: "pipe" }).split("\n").find((line) => line.startsWith("all replayed"));
  console.log(`native: ${line}`);
} finally {
  clearTimeout(timer);
  ended.catch(() => {});
  close();
  // Chromium's helpers write until they are gone.
  running.kill();
  if (running.exitCode === null) await new Promise((resolve) => running.once("exit", resolve));
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}
