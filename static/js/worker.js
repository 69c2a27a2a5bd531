// The service worker of the caller's pages: without a network it shows the people who are kept, and nobody else.
// It sends nothing: reports are queued and sent by the page (offline.js), which knows who is logged in.
"use strict";

// A network that does not answer for so long is none, in milliseconds.
const PATIENCE = 8000;
const { own, cache } = self.tusenVault;

self.addEventListener("install", (event) => {
  const shell = caches.open(cache).then((store) => store.add(self.tusen.offline));
  event.waitUntil(shell.then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const keptPage = async (url) => {
  const found = /\/samtal\/(\d+)\/$/.exec(new URL(url).pathname);
  const person = found && (await own.get(`person:${found[1]}`));
  if (!person) return undefined;
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
  return new Response(person.html, { headers: { ...headers, "Content-Security-Policy": person.csp } });
};
const shell = async () => (await caches.open(cache)).match(self.tusen.offline);

const page = async (request) => {
  const tooLong = new Promise((_done, fail) => setTimeout(fail, PATIENCE));
  try {
    return await Promise.race([fetch(request), tooLong]);
  } catch {
    return (await keptPage(request.url)) ?? (await shell()) ?? Response.error();
  }
};
const part = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await (await caches.open(cache)).match(request)) ?? Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith(self.tusen.parts)) event.respondWith(part(request));
});
