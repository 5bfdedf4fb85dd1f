// Measures header verification in Chromium, side by side with its peers, in one run.
//
//     node benches/run.mjs [--rounds N] [--only UNIT] [--json FILE]
//
// Builds what is missing (crates and npm packages come from their registries), serves a page of its own on 127.0.0.1 and
// reads the figures that the page sends back; with `--only device` those alone whose unit says so. What a peer cannot be built for is left out, and said.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FLAGS, chromium } from "./chromium.mjs";
import { prepare } from "./prepare.mjs";
import { serve } from "./serve.mjs";
import { table } from "./table.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, json: { type: "string" }, only: { type: "string", default: "" } },
});

const [browser, version] = chromium();
const { site, left_out } = prepare();
const { port, result, close } = await serve(site);
const profile = mkdtempSync(join(tmpdir(), "plimsoll-bench-"));
const running = spawn(browser, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/?${new URLSearchParams({ rounds: values.rounds, only: values.only })}`], { stdio: "ignore" });
const timer = setTimeout(() => running.kill(), 30 * 60 * 1000);
const ended = new Promise((_, reject) => running.once("exit", () => reject(new Error("Chromium ended before the figures were sent"))));
try {
  const figures = await Promise.race([result, ended]);
  if (figures.error) throw new Error(figures.error);
  console.log(table(figures.result, version, left_out));
  if (values.json) writeFileSync(values.json, JSON.stringify({ version, left_out, ...figures }, null, 1));
} finally {
  clearTimeout(timer);
  ended.catch(() => {});
  close();
  // Chromium's helpers write until they are gone.
  running.kill();
  if (running.exitCode === null) await new Promise((resolve) => running.once("exit", resolve));
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
}
