// Comfort only: every page works without this file.
"use strict";

(() => {
  // How long a sent form refuses a second click, in milliseconds. A download leaves the page where it is,
  // so the form must open again by itself.
  const HOLD = 8000;

  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  };

  // A form sent twice is sent once. htmx has stopped the event of the forms that it sends itself.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get" || form.method === "dialog") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // Not "disabled": that would take the button's own name and value out of what is sent.
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), HOLD);
  });

  // Back button: the page comes out of the browser's memory as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // The error summary takes the focus, so that it is read first.
  const focusFirst = (root) => {
    const target = root.querySelector("[data-focus]");
    if (target) target.focus();
  };

  // A message can be put away.
  const closable = (root) => {
    const flashes = root.querySelectorAll(".flash:not(:has(.flash__close))");
    for (const flash of flashes) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "flash__close";
      button.setAttribute("aria-label", flash.dataset.close);
      button.textContent = "✕";
      button.addEventListener("click", () => flash.remove());
      flash.append(button);
    }
  };

  // A menu closes with Escape, and when one presses elsewhere.
  const MENUS = "details.menu[open], details.switch[open]";
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(MENUS)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(MENUS)) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // allauth's script tells in this event that a passkey was refused or that the user gave up.
  document.addEventListener("allauth.error", () => {
    for (const text of document.querySelectorAll("[data-passkey-error]")) text.hidden = false;
  });

  // A page that is for paper: <button type="button" data-print hidden> shows itself where it can work.
  const printable = (root) => {
    for (const button of root.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }
  };

  // Logging out empties what pages have kept here: reports of calls that wait for a network are asked about first.
  document.addEventListener("submit", (event) => {
    const { leaving } = event.target.dataset;
    const waiting = localStorage.getItem("tusen-waiting") || sessionStorage.getItem("tusen-waiting");
    if (leaving && waiting && !event.defaultPrevented && !confirm(leaving)) event.preventDefault();
  });

  const prepare = (root) => {
    focusFirst(root);
    closable(root);
    printable(root);
  };

  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
})();
