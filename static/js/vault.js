// What a caller's own telephone keeps for a while: encrypted, with a key that can't be read out and goes with the rest.
// On a shared computer nothing but unsent words, in the memory of one tab. Used by the page and by the worker.
"use strict";

(() => {
  const BASE = "tusen-calls";

  const open = () =>
    new Promise((done, fail) => {
      const asked = indexedDB.open(BASE, 1);
      asked.onupgradeneeded = () => {
        for (const store of ["things", "keys"]) asked.result.createObjectStore(store);
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });

  const ask = async (store, mode, what) => {
    const base = await open();
    try {
      return await new Promise((done, fail) => {
        const request = what(base.transaction(store, mode).objectStore(store));
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
    } finally {
      base.close();
    }
  };

  const knownKey = () => ask("keys", "readonly", (keys) => keys.get("key"));
  const key = async () => {
    const known = await knownKey();
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    try {
      await ask("keys", "readwrite", (keys) => keys.add(made, "key"));
    } catch {
      // Another window was first.
    }
    return knownKey();
  };

  const own = {
    // until: milliseconds since 1970 after which it is gone; 0 for as long as the login.
    async put(name, value, until = 0) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(value));
      const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), plain);
      await ask("things", "readwrite", (things) => things.put({ iv, data, until }, name));
    },
    async get(name) {
      const found = await ask("things", "readonly", (things) => things.get(name));
      if (!found) return undefined;
      if (found.until && found.until <= Date.now()) {
        await own.drop(name);
        return undefined;
      }
      try {
        const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv }, await key(), found.data);
        return JSON.parse(new TextDecoder().decode(plain));
      } catch {
        return undefined;
      }
    },
    drop: (name) => ask("things", "readwrite", (things) => things.delete(name)),
    async names(prefix) {
      const all = await ask("things", "readonly", (things) => things.getAllKeys());
      return all.filter((name) => name.startsWith(prefix));
    },
  };

  const TAB = `${BASE}:`;
  const shared = {
    async put(name, value) {
      sessionStorage.setItem(TAB + name, JSON.stringify(value));
    },
    async get(name) {
      return JSON.parse(sessionStorage.getItem(TAB + name) ?? "null") ?? undefined;
    },
    async drop(name) {
      sessionStorage.removeItem(TAB + name);
    },
    async names(prefix) {
      const all = Object.keys(sessionStorage).filter((name) => name.startsWith(TAB + prefix));
      return all.map((name) => name.slice(TAB.length));
    },
  };

  // Another person has the device now: people, drafts and parts go. Reports that wait stay for whoever wrote them.
  const leaveReports = async () => {
    for (const store of [shared, own]) {
      for (const name of await store.names("")) if (!name.startsWith("report:")) await store.drop(name);
    }
    if (self.caches) await caches.delete(BASE);
  };

  // How many reports wait, for pages that do not open the vault: whoever logs out there is asked as well.
  const WAITING = "tusen-waiting";
  const tell = (store, count) => {
    const place = store === own ? localStorage : sessionStorage;
    if (count) place.setItem(WAITING, count);
    else place.removeItem(WAITING);
  };

  const wipe = async () => {
    for (const place of [localStorage, sessionStorage]) place.removeItem(WAITING);
    for (const name of await shared.names("")) await shared.drop(name);
    await new Promise((done) => {
      const asked = indexedDB.deleteDatabase(BASE);
      asked.onsuccess = asked.onerror = asked.onblocked = done;
    });
    if (self.caches) await caches.delete(BASE);
  };

  self.tusenVault = { own, shared, tell, leaveReports, wipe, cache: BASE };
})();
