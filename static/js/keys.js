// Presses what a key is printed on: data-key says which (trainer/web/shortcuts.py). Never in a field
// or while Chinese is composed; single keys never with Ctrl, ⌘ or Alt, and not once switched off.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
  const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]:not([contenteditable=false])";
  const PATIENCE = 1500; // for the second of two keys
  let first = "";
  let waiting = 0;

  // what a menu or the sidebar of a phone has put away is only a click further off
  const reachable = (element) => !element.disabled && element.ariaDisabled !== "true"
    && (element.checkVisibility() || element.closest(".menu, [popover]"));
  const heard = () => [...document.querySelectorAll("[data-key]")].filter(reachable);
  const named = (keys) => heard().find((element) => element.dataset.key === keys);

  const press = (element, event) => {
    event.preventDefault();
    if (event.repeat && element.matches("button")) return; // held down: once is meant
    if (element.matches("input, summary")) element.focus();
    if (element.matches("input")) element.select();
    else element.click();
  };

  // data-rows="next previous choose": from row to row of the list, and its box
  const move = (keys, event) => {
    const rows = find("[data-rows]");
    const [next, previous, choose] = rows?.dataset.rows.split(" ") ?? [];
    const links = [...(rows?.querySelectorAll("[data-row]") ?? [])];
    const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    if (keys === choose) links[here]?.closest("tr").querySelector("input[type=checkbox]")?.click();
    else if (keys === next) links[Math.min(here + 1, links.length - 1)]?.focus();
    else if (keys === previous) links[here < 0 ? links.length - 1 : Math.max(here - 1, 0)]?.focus();
    else return;
    if (links.length) event.preventDefault();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (["Shift", "Control", "Alt", "Meta", "CapsLock"].includes(event.key)) return;
    // a full-width ？ is a ?, and caps lock means nothing
    const key = event.key.length > 1 ? event.key : event.key.normalize("NFKC").toLowerCase();
    const before = first;
    first = "";
    const dialog = find("dialog[open]");
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const held = !event.shiftKey && event.ctrlKey !== event.metaKey && event.metaKey === MAC;
      const element = held && named(`Control+${key}`);
      if (!element) return;
      if (!dialog) press(element, event);
      else event.preventDefault(); // or the browser's own comes on top
      if (dialog?.id === element.dataset.dialog) dialog.close();
      return;
    }
    if (dialog || document.documentElement.dataset.shortcuts === "off") return;
    if (event.target.closest?.(FIELDS) || (event.shiftKey && /^\p{L}$/u.test(key))) return;
    const keys = before ? `${before} ${key}` : key;
    const element = named(keys);
    if (element) press(element, event);
    else if (heard().some(({ dataset }) => dataset.key.startsWith(`${keys} `))) {
      first = keys;
      clearTimeout(waiting);
      waiting = setTimeout(() => { first = ""; }, PATIENCE);
    } else move(keys, event);
  });
})();
