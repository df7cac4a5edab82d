// Prints the size of every built file: raw, and as a static host would send it. Growth should be seen, not discovered.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotli, dist, filesIn, gzip } from "./lib/server.mjs";

const rows = await Promise.all(
  (await filesIn(dist)).map(async (path) => {
    const bytes = await readFile(join(dist, path));
    // Hosts send pictures as they are.
    if (path.endsWith(".png")) return { path, raw: bytes.length, brotli: bytes.length, gzip: bytes.length };
    return { path, raw: bytes.length, brotli: (await brotli(bytes)).length, gzip: (await gzip(bytes)).length };
  }),
);
const total = (path, some) => ({
  path,
  ...Object.fromEntries(["raw", "brotli", "gzip"].map((kind) => [kind, some.reduce((sum, row) => sum + row[kind], 0)])),
});
// Workers are fetched when they are first used, never before.
const isPage = (row) => row.path.startsWith("s/");
const pages = rows.filter(isPage);
rows.splice(0, rows.length, ...rows.filter((row) => !isPage(row)));
if (pages.length > 0) rows.push(total(`s/ (${pages.length} files)`, pages));
rows.push(total("all but the workers", rows.filter((row) => !/^(worker|exporter)-/.test(row.path) && !isPage(row))), total("all", rows));

const width = Math.max(...rows.map((row) => row.path.length));
const line = (path, ...numbers) => path.padEnd(width) + numbers.map((number) => String(number).padStart(11)).join("");
console.log(line("bytes", "raw", "Brotli", "gzip"));
for (const { path, raw, brotli, gzip } of rows) {
  console.log(line(path, ...[raw, brotli, gzip].map((number) => number.toLocaleString("en"))));
}
