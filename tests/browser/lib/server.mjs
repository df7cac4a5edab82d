// A static file server with the strictest headers that a host might send, so that what passes here passes anywhere.

import { createServer } from "node:http";
import { readdir, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { extname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import zlib from "node:zlib";

/** The built page. `cargo xtask build` makes it. */
export const dist = fileURLToPath(new URL("../../../dist/", import.meta.url));

/** What the page must live under when its host sends it as a header. */
export const strictPolicy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "object-src 'none'; base-uri 'none'; form-action 'none'";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".xml": "application/xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

/** Sizes as a good static host would send them. */
const compressBrotli = promisify(zlib.brotliCompress);
const compressGzip = promisify(zlib.gzip);
export const brotli = (bytes) =>
  compressBrotli(bytes, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
export const gzip = (bytes) => compressGzip(bytes, { level: 9 });

/** Every file in a folder and below, by its path from there. */
export async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))).sort();
}

/**
 * Serves a folder on a free port.
 *
 * - `root`: the folder; the built page unless told.
 * - `under`: the path under which it stands, such as "/talks/lab/".
 * - `host`: the name in its addresses. "localhost" and "127.0.0.1" are different sites to a browser.
 * - `files`: pages that exist only here, by path: { "/post.html": "<!doctype html>…" }.
 * - `policy`: the content-security policy that goes with everything; `null` for none.
 * - `headers`: further headers.
 * - `compress`: answers with Brotli or gzip, where the browser accepts it. Done before the first request, so that nobody
 *   measures how long it takes.
 *
 * Returns `origin`, `url` (of `under`), `requests` (path, status and bytes sent of each), `down` (while it is true nobody
 * gets an answer), `close()`, and `weigh()`: what
 * everything requested so far weighs, each file once and `without` some, as { raw, brotli, gzip }.
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

  async function read(path) {
    if (Object.hasOwn(files, path)) return Buffer.from(files[path]);
    if (!path.startsWith(under)) return null;
    const file = normalize(path.slice(under.length) || "index.html");
    if (file.startsWith("..") || file.includes(sep + "..")) return null;
    return readFile(join(root, file.endsWith("/") ? file + "index.html" : file)).catch(() => null);
  }

  async function compressed(path) {
    const body = await read(path);
    const [br, zipped] = await Promise.all([brotli(body), gzip(body)]);
    return { br, gzip: zipped };
  }
  // The scenarios' pages are many, and a test asks for few.
  const paths = compress ? (await filesIn(root)).filter((file) => !file.startsWith("s" + sep)).map((file) => under + file.split(sep).join("/")) : [];
  const ready = new Map(await Promise.all(paths.map(async (path) => [path, await compressed(path)])));

  const site = { down: false };
  const server = createServer(async (request, response) => {
    if (site.down) return request.socket.destroy();
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
    if (encoding && status === 200) {
      const name = path.endsWith("/") ? path + "index.html" : path;
      if (!ready.has(name)) ready.set(name, await compressed(path));
      body = ready.get(name)[encoding];
      response.setHeader("Content-Encoding", encoding);
    }
    requests.push({ path, status, bytes: body.length, encoding });
    response.writeHead(status, { "Content-Length": body.length });
    response.end(body);
  });

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://${host}:${server.address().port}`;
  Object.assign(site, {
    origin,
    url: origin + under,
    requests,
    async weigh({ without = [] } = {}) {
      const weight = { raw: 0, brotli: 0, gzip: 0 };
      const paths = requests.map((request) => request.path).filter((path) => !without.some((file) => path.endsWith(file)));
      for (const path of new Set(paths)) {
        const body = await read(path);
        if (!body) continue;
        weight.raw += body.length;
        weight.brotli += (await brotli(body)).length;
        weight.gzip += (await gzip(body)).length;
      }
      return weight;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return site;
}
