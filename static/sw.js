// Keeps the page for times without a network. Whoever has one always gets the newest page; what it is made of bears its
// hash in its name, so that it may come from here or from there. Frames of other sites never register this (boot.js).
"use strict";

// The build writes both: what the page is made of, and a word for exactly that.
const version = "";
const files = [];

const scope = registration.scope;
const begins = `faultline ${scope} `;
const own = begins + version;
/** Whether a file bears the hash of what is in it in its name: then it is the same in every version. */
const isHashed = (file) => /-[0-9a-f]{16}/.test(file);
/** So long a page may take to begin to come before the kept one is shown, in milliseconds. */
const patience = 4000;

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

/** All of this version, or nothing: an index that names other files is not of it. */
async function keep() {
  const cache = await caches.open(own);
  const index = await fetch(scope, { cache: "no-cache" });
  const names = await index.clone().text();
  const fits = (file) => !isHashed(file) || file.includes("/") || names.includes(file);
  if (!index.ok || index.redirected || !files.every(fits)) throw new Error("The index is of another version.");
  await Promise.all(files.map(async (file) => {
    const there = isHashed(file) && (await caches.match(scope + file));
    const response = there || (await fetch(scope + file, { cache: isHashed(file) ? "default" : "no-cache" }));
    if (!response.ok) throw new Error(`${response.status} for ${file}`);
    await cache.put(scope + file, response);
  }));
  await cache.put(scope, index);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(scope)) return;
  if (request.mode !== "navigate") return event.respondWith(kept(request.url));
  event.respondWith(page(request));
  event.waitUntil(forget(event.resultingClientId));
});

/** A file of any version that is kept, else from the network; one that versions may differ in, the other way round. */
async function kept(address) {
  if (isHashed(address.slice(scope.length))) return (await caches.match(address, { ignoreVary: true })) ?? fetch(address);
  return fetch(address).catch(async () => (await caches.match(address, { cacheName: own })) ?? Response.error());
}

/** A page from the network; where there is none, what stands for it here. */
async function page(request) {
  const instead = await stands(new URL(request.url));
  if (!instead) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, patience, instead));
  return Promise.race([fetch(request).catch(() => instead), late]);
}

/** The kept page; for a scenario's own page, that with its link; nothing for any other address. */
async function stands({ origin, pathname, hash }) {
  const place = /^(?:s\/([\w-]+)\/(zh\/)?)?(?:index\.html)?$/.exec((origin + pathname).slice(scope.length));
  if (!place) return undefined;
  const [, scenario, chinese] = place;
  if (scenario) return Response.redirect(scope + (hash || `#1/${scenario}?lang=${chinese ? "zh" : "en"}`));
  return caches.match(scope, { cacheName: own });
}

/** What earlier versions kept, once no page is open that may still want a part of one. */
async function forget(coming) {
  // By then the page is gone in whose place the new one came.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const names = await caches.keys();
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (registration.installing || registration.waiting || open.some(({ id }) => id !== coming)) return;
  await Promise.all(names.filter((name) => name.startsWith(begins) && name !== own).map((name) => caches.delete(name)));
}
