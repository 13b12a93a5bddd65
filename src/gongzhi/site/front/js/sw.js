// The service worker: the report form opens without a network, and what is sent then waits in the phone.
// Nothing personal is kept in its cache: only built files, the blank form and the list of what waits (drawn from the phone).
import { flush, keep } from "./outbox.js";

const SHELL = "gongzhi-shell";
const PAGES = ["/resident/report", "/resident/outbox"];
const OWNER = "/resident/"; // under this address the cache keeps no page but whose pages it has

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => Promise.allSettled(PAGES.map((page) => renew(cache, page)))).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => { if (event.tag === "outbox") event.waitUntil(flush()); });
self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(caches.delete(SHELL));
  else if (event.data?.owner) event.waitUntil(keepFor(event.data.owner));
});

// The pages are kept as the person who is in reads them: whoever comes in after another gets pages of their own.
async function keepFor(owner) {
  const cache = await caches.open(SHELL);
  if ((await (await cache.match(OWNER))?.text()) === owner) return;
  await caches.delete(SHELL);
  const fresh = await caches.open(SHELL);
  await fresh.put(OWNER, new Response(owner));
  await Promise.allSettled(PAGES.map((page) => renew(fresh, page)));
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin) return;
  const navigates = event.request.mode === "navigate"; // what the outbox sends goes out as it is
  if (event.request.method === "POST" && navigates && address.pathname === "/resident/report") event.respondWith(send(event.request));
  else if (event.request.method !== "GET") return;
  else if (address.pathname.startsWith("/static/build/")) event.respondWith(built(event.request));
  else if (navigates && address.pathname.startsWith("/resident")) event.respondWith(page(event.request, address));
});

// The page as it stands, with the files it names, for reading without a network.
async function renew(cache, path) {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const text = await answer.clone().text();
  await cache.put(path, answer);
  const files = [...text.matchAll(/\/static\/build\/[\w.-]+/g)].map((found) => found[0]);
  await Promise.allSettled([...new Set(files)].map(async (file) => (await cache.match(file)) ?? cache.add(file)));
}

async function built(request) {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

async function page(request, address) {
  try {
    const answer = await fetch(request);
    if (PAGES.includes(address.pathname) && answer.ok && !answer.redirected) {
      const cache = await caches.open(SHELL);
      renew(cache, address.pathname).catch(() => {});
    }
    return answer;
  } catch {
    const kept = await caches.match(address.pathname === "/resident/report" ? "/resident/report" : "/resident/outbox");
    return kept ?? Response.error();
  }
}

// Send now; without a network keep it, once, and show what waits. The form's key says which report it is, so that one
// whose answer was lost on the way is not taken twice.
async function send(request) {
  const form = await request.formData();
  const key = form.get("key") || crypto.randomUUID();
  form.set("key", key);
  try {
    return await fetch(request.url, { method: "POST", body: form, credentials: "same-origin", redirect: "manual" });
  } catch {
    const fields = [...form.entries()].map(([name, value]) => [name, typeof value === "string" ? value : { name: value.name, type: value.type, blob: value.slice(0, value.size, value.type) }]);
    await keep({ key, url: request.url, fields, account: form.get("account") ?? "", at: Date.now(), problem: "" });
    await self.registration.sync?.register("outbox").catch(() => {});
    return Response.redirect("/resident/outbox", 303);
  }
}
