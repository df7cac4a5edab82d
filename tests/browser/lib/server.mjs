// A static file server with the strictest headers that a host might send, so that what passes here passes anywhere.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** The built page. `cargo xtask build` makes it. */
export const dist = fileURLToPath(new URL("../../../dist/", import.meta.url));

/** What the page must live under when its host sends it as a header. */
export const strictPolicy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'none'";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

/** Sizes as a good static host would send them. */
export const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
export const gzip = (bytes) => gzipSync(bytes, { level: 9 });

/**
 * Serves a folder on a free port.
 *
 * - `root`: the folder; the built page unless told.
 * - `under`: the path under which it stands, such as "/talks/lab/".
 * - `host`: the name in its addresses. "localhost" and "127.0.0.1" are different sites to a browser.
 * - `files`: pages that exist only here, by path: { "/post.html": "<!doctype html>…" }.
 * - `policy`: the content-security policy that goes with everything; `null` for none.
 * - `headers`: further headers.
 * - `compress`: answers with Brotli or gzip, where the browser accepts it.
 *
 * Returns `origin`, `url` (of `under`), `requests` (path, status and bytes sent of each), `close()`, and `weigh()`: what
 * everything requested so far weighs, each file once, as { raw, brotli, gzip }.
 */
export async function serve({
  root = dist,
  under = "/",
  host = "127.0.0.1",
  files = {},
  policy = strictPolicy,
  headers = {},
  compress = false,
} = {}) {
  if (root === dist && !existsSync(join(dist, "index.html"))) {
    throw new Error("There is no built page in dist/. Run `cargo xtask build` first.");
  }
  const requests = [];
  const compressed = new Map();

  async function read(path) {
    if (Object.hasOwn(files, path)) return Buffer.from(files[path]);
    if (!path.startsWith(under)) return null;
    const relative = normalize(path.slice(under.length) || "index.html");
    if (relative.startsWith("..") || relative.includes(sep + "..")) return null;
    return readFile(join(root, relative.endsWith("/") ? relative + "index.html" : relative)).catch(() => null);
  }

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://any").pathname);
    let body = await read(path);
    const status = body ? 200 : 404;
    body ??= Buffer.from("Not found");
    response.setHeader("Content-Type", types[extname(path)] ?? types[status === 200 ? ".html" : ""] ?? "text/plain");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cache-Control", "no-store");
    if (policy) response.setHeader("Content-Security-Policy", policy);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);

    const accepted = request.headers["accept-encoding"] ?? "";
    const encoding = !compress ? null : /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : null;
    if (encoding) {
      const key = encoding + path;
      if (!compressed.has(key)) compressed.set(key, encoding === "br" ? brotli(body) : gzip(body));
      body = compressed.get(key);
      response.setHeader("Content-Encoding", encoding);
    }
    requests.push({ path, status, bytes: body.length, encoding });
    response.writeHead(status, { "Content-Length": body.length });
    response.end(body);
  });

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://${host}:${server.address().port}`;
  return {
    origin,
    url: origin + under,
    requests,
    async weigh() {
      const weight = { raw: 0, brotli: 0, gzip: 0 };
      for (const path of new Set(requests.map((request) => request.path))) {
        const body = await read(path);
        if (!body) continue;
        weight.raw += body.length;
        weight.brotli += brotli(body).length;
        weight.gzip += gzip(body).length;
      }
      return weight;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
