// Somebody's blog with a run in it: of another origin than the page, and of another site to the browser.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { faultline } from "./command.mjs";
import { dist, serve } from "./server.mjs";

/** What a careful blog sends: no inline scripts, no inline styles, frames and pictures only from where it says. */
export const blogPolicy = (site) =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src ${site.origin}; base-uri 'none'`;

/** The style of the blog: a theme of its own that a button switches by a class. */
const style = `
  :root { color-scheme: light; } .night { color-scheme: dark; }
  body { background: Canvas; color: CanvasText; font: 18px/28px Georgia, serif; max-width: 760px; margin: 32px auto; padding: 0 20px; }
  h1 { font-size: 32px; line-height: 40px; } a { color: LinkText; } img { max-width: 100%; } figure { margin: 24px 0; }
  .gap { height: 1600px; } .step { height: 400px; }`;

/** The picture of a run as its author would export it. */
export async function picture(link) {
  const { code, output, complaint } = await faultline("export", link, "--as", "svg");
  if (code !== 0) throw new Error(complaint);
  return output;
}

/** The snippet: a run of `site`, its attributes as text, its picture in the blog's own folder. */
export const snippet = (site, link, attributes = "") =>
  `<fault-line src="${site.url}#${link}" ${attributes}><a href="${site.url}#${link}">` +
  `<img src="/run.svg" alt="What happens when the coordinator dies" width="888" height="300"></a></fault-line>`;

/**
 * Serves a post. `body` is its HTML; `script` (a text) is the blog's own script; `element` says whether the post loads
 * fault-line.js, from the blog's own folder.
 */
export async function post(site, body, { script = "", element = true, link = "1/2pc-coordinator-dies" } = {}) {
  const scripts = [element && "fault-line.js", script && "post.js"].filter(Boolean);
  const tags = scripts.map((name) => `<script src="/${name}" defer></script>`).join("");
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>A post</title><link rel="stylesheet" href="/post.css">${tags}<body>${body}`;
  return serve({
    host: "localhost",
    policy: blogPolicy(site),
    files: {
      "/index.html": page,
      "/": page,
      "/post.css": style,
      "/post.js": script,
      "/run.svg": await picture(link),
      "/fault-line.js": await readFile(join(dist, "fault-line.js")),
      "/favicon.ico": "",
    },
  });
}
