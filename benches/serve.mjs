// A server of one folder that hears the page's figures.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves `folder` on a free port of this machine; `result` is what the page posts at the end. */
export async function serve(folder) {
  let tell;
  const result = new Promise((resolve) => (tell = resolve));
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    // Isolated, so that the page's clock is fine enough and shared memory is there.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    if (request.method === "POST") {
      let text = "";
      request.on("data", (part) => (text += part)).on("end", () => {
        const heard = JSON.parse(text);
        if (path === "/result") tell(heard);
        else process.stderr.write(`round ${heard.round}\n`);
        response.end();
      });
      return;
    }
    const file = join(folder, path === "/" ? "index.html" : path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
    response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, result, close: () => server.close() && server.closeAllConnections() };
}
