// Bad network: a report is written down before it is sent, and sent again until it has arrived. Its id is made once, so
// that it counts once. On the caller's own telephone the next people are kept too, while their claims last.
"use strict";

(async () => {
  const bar = document.querySelector("[data-waiting]");
  if (!bar) return;
  const { user, home, hold, worker, login } = bar.dataset;
  const { tusenVault } = self;
  const isOwn = bar.dataset.own === "yes" && "serviceWorker" in navigator && Boolean(self.crypto?.subtle);
  const vault = isOwn ? tusenVault.own : tusenVault.shared;
  const form = document.querySelector("form[data-report]");
  const here = form?.dataset.report;
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const SENDING = 15000; // milliseconds until a report that is not answered waits
  const AGAIN = 20000; // milliseconds between tries
  // Milliseconds that a report can wait: three days, as long as the page's ticket is taken (calls.access.TICKET_LASTS).
  const WAITS = 72 * 3600 * 1000;

  const all = async (prefix) => {
    const found = [];
    for (const name of await vault.names(prefix)) {
      const value = await vault.get(name);
      if (value) found.push({ name, ...value });
    }
    return found.sort((one, other) => one.at - other.at);
  };

  // --- what waits -------------------------------------------------------------------------------
  const text = bar.querySelector("[data-waiting-text]");
  const fix = bar.querySelector("[data-waiting-fix]");
  const entrance = bar.querySelector("[data-waiting-login]");
  const numbered = (count, one, many) => (count === 1 ? one : many).replace("{n}", count);
  const own = async () => (await all("report:")).filter((report) => report.user === user);
  let sentNow = 0;
  let isOut = false;
  const show = async () => {
    const everybodys = await all("report:");
    const reports = everybodys.filter((report) => report.user === user);
    const waiting = reports.filter((report) => !report.wrong).length;
    const others = everybodys.length - reports.length;
    tusenVault.tell(vault, everybodys.length);
    const sentences = [];
    if (waiting) sentences.push(numbered(waiting, bar.dataset.one, bar.dataset.many));
    if (waiting && isOut) sentences.push(bar.dataset.out);
    else if (sentNow) sentences.push(numbered(sentNow, bar.dataset.sentOne, bar.dataset.sentMany));
    if (others) sentences.push(numbered(others, bar.dataset.othersOne, bar.dataset.othersMany));
    entrance.hidden = !(waiting && isOut);
    if (bar.dataset.lost) sentences.push(bar.dataset.refused);
    fix.hidden = waiting === reports.length;
    if (!fix.hidden) sentences.push(bar.dataset.wrong);
    text.textContent = sentences.join(" ");
    bar.hidden = !sentences.length;
  };

  const send = async (report, how) => {
    const body = new URLSearchParams(report.fields);
    if (how === "again") body.set("told_at", new Date(report.at).toISOString());
    const headers = { "X-CSRFToken": token(), "X-Report": how };
    const signal = AbortSignal.timeout(SENDING);
    let answer;
    try {
      answer = await fetch(report.url, { method: "POST", body, headers, redirect: "manual", signal });
    } catch {
      return { what: "waits" };
    }
    if (answer.ok) return { what: "arrived", ...(await answer.json()) };
    // 409: somebody else is logged in here now.
    if (answer.type === "opaqueredirect" || [403, 409].includes(answer.status)) return { what: "login" };
    return { what: { 404: "lost", 422: "wrong" }[answer.status] ?? "waits" };
  };

  const settle = async (report, what) => {
    if (what === "wrong") {
      const { name, ...value } = report;
      await vault.put(name, { ...value, wrong: true });
    } else if (what === "arrived" || what === "lost") {
      await vault.drop(report.name);
      await vault.drop(`draft:${report.pk}`);
      if (what === "lost") bar.dataset.lost = "yes";
    }
  };

  // Nobody has come back for them: their page's ticket is not taken any more, and no words stay here for ever.
  const dropOld = async () => {
    for (const report of await all("report:")) {
      if (report.at > Date.now() - WAITS) continue;
      await vault.drop(report.name);
      bar.dataset.lost = "yes";
    }
  };

  const sendAll = async () => {
    const sent = [];
    await dropOld();
    for (const report of await own()) {
      if (report.wrong) continue;
      const { what } = await send(report, "again");
      await settle(report, what);
      isOut = what === "login";
      if (what === "waits" || what === "login") break;
      if (what === "arrived") sent.push(report.pk);
    }
    sentNow += sent.length;
    await show();
    if (sent.includes(here)) location.assign(home);
    return sent;
  };
  let going;
  const flush = () => {
    going ??= sendAll().finally(() => {
      going = undefined;
    });
    return going;
  };

  // What the server can't take as it stands: shown as the page shows any mistake, with everything in it.
  fix.addEventListener("click", async () => {
    const report = (await own()).find((one) => one.wrong);
    if (!report) return;
    await vault.drop(report.name);
    postAsAPage(report);
  });
  const postAsAPage = (report) => {
    const page = document.createElement("form");
    page.method = "post";
    page.action = report.url;
    for (const [name, value] of [...report.fields, ["csrfmiddlewaretoken", token()]]) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      page.append(input);
    }
    document.body.append(page);
    page.submit();
  };

  // --- the next people --------------------------------------------------------------------------
  const keep = async () => {
    const answer = await fetch(hold, { method: "POST", headers: { "X-CSRFToken": token() }, redirect: "manual" });
    if (!answer.ok) return;
    const { people } = await answer.json();
    const mine = new Set(people.map((person) => `person:${person.pk}`));
    for (const name of await vault.names("person:")) if (!mine.has(name)) await vault.drop(name);
    const reported = new Set((await own()).map((report) => report.pk));
    for (const [at, person] of people.entries()) {
      if (reported.has(String(person.pk))) continue;
      const name = `person:${person.pk}`;
      const known = await vault.get(name);
      const page = known ?? (await fetched(person.url));
      if (page) await vault.put(name, { ...page, url: person.url, pk: String(person.pk), at }, Date.parse(person.until));
    }
  };
  const fetched = async (url) => {
    const page = await fetch(`${url}?keep=1`, { redirect: "manual" });
    if (!page.ok) return undefined;
    const csp = page.headers.get("Content-Security-Policy") ?? "default-src 'none'";
    return { html: await page.text(), csp };
  };
  const keepParts = async () => {
    const parts = performance.getEntriesByType("resource").map((entry) => entry.name.split("#")[0]);
    const store = await caches.open(tusenVault.cache);
    const statics = new Set(parts.filter((part) => part.startsWith(new URL(bar.dataset.parts, location).href)));
    await Promise.allSettled([...statics].map((part) => store.add(part)));
  };

  const goOn = async () => {
    const [next] = await all("person:");
    if (isOwn && navigator.serviceWorker.controller) location.assign(next ? next.url : home);
  };

  const list = document.querySelector("[data-kept]");
  const showKept = async () => {
    for (const person of await all("person:")) {
      const link = document.createElement("a");
      link.className = "button button--wide";
      link.href = person.url;
      const shown = new DOMParser().parseFromString(person.html, "text/html");
      link.textContent = shown.querySelector("h1").textContent.trim();
      list.append(link);
    }
  };

  // --- the form ---------------------------------------------------------------------------------
  const HIDDEN = new Set(["csrfmiddlewaretoken", "ticket"]);
  const written = () => [...new FormData(form)].filter(([name]) => !HIDDEN.has(name));
  const restore = async () => {
    const draft = form.dataset.fresh && (await vault.get(`draft:${here}`));
    for (const [name, value] of draft?.fields ?? []) {
      // A name has one field, or a box for each value.
      const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      const field = fields.find((one) => one.type !== "checkbox" || one.value === value);
      if (!field) continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
      if (value && field.type !== "hidden") field.closest("details")?.setAttribute("open", "");
    }
  };
  let later;
  const draft = () => {
    clearTimeout(later);
    later = setTimeout(() => vault.put(`draft:${here}`, { fields: written(), at: Date.now() }), 200);
  };

  let isSending = false;
  const submit = async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    clearTimeout(later);
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    if (event.submitter?.name) fields.push([event.submitter.name, event.submitter.value]);
    const name = `report:${form.elements.client_id.value}`;
    const report = { name, pk: here, url: form.action, fields, at: Date.now() };
    await vault.put(name, { user, pk: here, url: form.action, fields, at: report.at });
    await vault.put(`draft:${here}`, { fields: written(), at: report.at });
    const answer = await send(report, "now");
    if (answer.what === "wrong") {
      await vault.drop(name);
      postAsAPage(report);
      return;
    }
    await settle(report, answer.what);
    if (isOwn) await vault.drop(`person:${here}`);
    if (answer.what === "arrived") location.assign(answer.next);
    else if (answer.what === "login") {
      isOut = true;
      await show();
      entrance.focus();
    } else {
      await show();
      await goOn();
    }
    isSending = false;
  };

  const leave = async (event) => {
    event.preventDefault();
    const { target } = event;
    await flush();
    if ((await vault.names("report:")).length && !confirm(bar.dataset.leaving)) return;
    await tusenVault.wipe();
    target.submit();
  };

  // --- begin ------------------------------------------------------------------------------------
  const USER = "tusen-user";
  if (localStorage.getItem(USER) !== user) {
    await tusenVault.leaveReports();
    localStorage.setItem(USER, user);
  }
  entrance.href = login;
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
  for (const out of document.querySelectorAll(`form[action="${bar.dataset.logout}"]`)) {
    out.addEventListener("submit", leave);
  }
  if (form) {
    await restore();
    form.addEventListener("input", draft);
    form.addEventListener("submit", submit);
    form.dataset.ready = "yes";
  }
  if (list) await showKept();
  await show();
  window.addEventListener("online", () => (list ? location.assign(home) : flush()));
  setInterval(async () => (await own()).length && flush(), AGAIN);
  // When the page is left meanwhile nothing is registered: the next page does it.
  if (isOwn) await navigator.serviceWorker.register(worker, { scope: home }).catch(() => undefined);
  if (!list) await flush();
  if (isOwn && !list) await Promise.allSettled([keepParts(), form ? keep() : undefined]);
  bar.dataset.ready = "yes";
})();
