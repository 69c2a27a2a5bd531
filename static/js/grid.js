// Thirty rows in three minutes: a letter and Enter, again and again; with questions, Tab and the answer in between. Without script the Tab key does the same.
"use strict";

(() => {
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const letters = [...form.querySelectorAll("input[data-row-letter]")];
  const save = form.querySelector("[data-save]");

  const go = (input) => {
    if (!input) return save.focus();
    input.focus();
    if (input.select) input.select();
  };
  const letterOf = (field) => field.closest("tr")?.querySelector("input[data-row-letter]");

  form.addEventListener("keydown", (event) => {
    const here = letters.indexOf(letterOf(event.target));
    if (here < 0) return;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      go(letters[here + 1]);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      go(letters[Math.max(here - 1, 0)]);
    }
  });

  // The row's number as it stands on the paper.
  const jump = form.querySelector("[data-jump]");
  jump.hidden = false;
  jump.querySelector("input").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const row = document.getElementById(`rad-${Number(event.target.value)}`);
    const input = row?.querySelector("input[data-row-letter]");
    event.target.value = "";
    if (input) go(input);
  });

  // The square on the paper leads to its page's first row; else where one stopped the last time.
  // Going to a fragment takes the focus away, so that the browser goes there first.
  const begin = () => {
    const aimed = document.getElementById(location.hash.slice(1))?.querySelector("input[data-row-letter]");
    const faulty = form.querySelector("[aria-invalid]");
    go(faulty || aimed || letters.find((input) => !input.value) || save);
  };
  if (location.hash) window.addEventListener("load", () => setTimeout(begin));
  else begin();
})();
