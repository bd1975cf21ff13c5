// A list of orders: a click anywhere on a row opens it, Shift and an arrow choose row by row, and who
// comes back finds the list as it was left, with what was chosen. The page works without this file.
"use strict";

(() => {
  const rows = () => document.querySelector("[data-rows]");
  const boxes = () => [...document.querySelectorAll("[data-rows] input[type=checkbox]")];

  document.addEventListener("click", (event) => {
    const cell = event.target.closest?.("[data-rows] td");
    if (!cell || event.target.closest("a, input, button, label") || cell.querySelector("input")) return;
    if (getSelection().toString()) return; // somebody marks a text to take it along
    const link = cell.closest("tr").querySelector("[data-row]");
    if (event.ctrlKey || event.metaKey) open(link.href);
    else link.click();
  });

  document.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest?.("[data-rows] > tr");
    if (!event.shiftKey || !steps || !row) return;
    const other = steps > 0 ? row.nextElementSibling : row.previousElementSibling;
    for (const it of [row, other]) {
      const box = it?.querySelector("input[type=checkbox]");
      if (box) box.checked = true;
    }
    other?.querySelector("[data-row]").focus();
    event.preventDefault();
  });

  // one list is remembered, under its address: back by “U”, a link or the browser's own button
  const NAME = "list";
  const memory = {
    read() { try { return JSON.parse(sessionStorage.getItem(NAME)); } catch { return null; } },
    write(kept) { try { sessionStorage.setItem(NAME, JSON.stringify(kept)); } catch { /* not allowed */ } },
  };
  const here = () => location.pathname + location.search;
  addEventListener("pagehide", () => {
    if (!rows()) return;
    const chosen = boxes().filter((box) => box.checked).map((box) => box.value);
    memory.write({ address: here(), top: scrollY, chosen });
  });
  addEventListener("DOMContentLoaded", () => {
    const kept = memory.read();
    if (!rows() || kept?.address !== here()) return;
    for (const box of boxes()) box.checked = kept.chosen.includes(box.value);
    requestAnimationFrame(() => scrollTo(0, kept.top)); // once it is laid out
  });
})();
