// The service worker: the report form opens without a network, and what is sent then waits in the phone.
// Nothing personal is kept in its cache: only built files, the blank form and the list of what waits (drawn from the phone).
import { flush, keep } from "./outbox.js";

const SHELL = "gongzhi-shell";
const PAGES = ["/resident/report", "/resident/outbox"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => Promise.allSettled(PAGES.map((page) => renew(cache, page)))).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("sync", (event) => { if (event.tag === "outbox") event.waitUntil(flush()); });
self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(caches.delete(SHELL));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin) return;
  if (event.request.method === "POST" && address.pathname === "/resident/report") event.respondWith(send(event.request));
  else if (event.request.method !== "GET") return;
  else if (address.pathname.startsWith("/static/build/")) event.respondWith(built(event.request));
  else if (event.request.mode === "navigate" && address.pathname.startsWith("/resident")) event.respondWith(page(event.request, address));
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

// Send now; without a network keep it, once, and show what waits. A fresh key each time the person presses the button,
// for a form that was kept for reading offline would carry the same one twice.
async function send(request) {
  const form = await request.formData();
  if (form.get("key") === null) return fetch(request);
  const key = crypto.randomUUID();
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
