// The browser that is measured.
import { spawnSync } from "node:child_process";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

export const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Its name and version. */
export function chromium() {
  const found = NAMES.find((name) => spawnSync(name, ["--version"]).status === 0);
  if (!found) throw new Error(`none of ${NAMES.join(", ")} is installed`);
  return [found, spawnSync(found, ["--version"]).stdout.toString().trim()];
}
