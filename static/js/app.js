// Behaviours that hang on data- attributes. All listeners stand on the document, so parts that
// htmx swaps in need no set-up. Every page works without this file.
"use strict";

(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (type, selector, act) =>
    document.addEventListener(type, (event) => {
      const element = event.target.closest?.(selector);
      if (element) act(element, event);
    });

  // --- data-look: theme and letters change at once; htmx keeps the choice in the account
  const media = {
    light: "not all",
    dark: "screen",
    system: "screen and (prefers-color-scheme: dark)",
  };
  on("click", "[data-look] button", (button) => {
    const { name, value } = button;
    if (name === "theme") {
      find("[data-dark]").media = media[value];
      document.documentElement.dataset.theme = value;
    }
    if (name === "font_size") document.documentElement.dataset.fontSize = value;
    all("button", button.form).forEach((other) =>
      other.setAttribute("aria-pressed", String(other === button)));
    button.closest("details").open = false;
  });

  // --- .menu: closes when one goes elsewhere, or presses Escape
  const closeMenus = (except) =>
    all("details.menu[open]").forEach((menu) => {
      if (!menu.contains(except)) menu.open = false;
    });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && find("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    find("summary", menu).focus();
  });

  // --- data-key="a": press A to press it; never while somebody types or composes Chinese
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented || typing(event.target) || find("dialog[open]")) return;
    const element = all("[data-key]").find((candidate) =>
      candidate.dataset.key === event.key && candidate.checkVisibility?.() !== false);
    if (!element) return;
    event.preventDefault();
    if (element.matches("input, textarea, select")) element.focus();
    else element.click();
  });

  // --- data-dialog="id" opens it, data-close closes the one around it
  on("click", "[data-dialog]", (button) => document.getElementById(button.dataset.dialog).showModal());
  on("click", "[data-close]", (button) => button.closest("dialog").close());

  // --- data-dismiss takes away what it stands in
  on("click", "[data-dismiss]", (button) => button.closest(button.dataset.dismiss).remove());

  // --- data-check-all="name": one box for all of that name
  on("change", "[data-check-all]", (box) =>
    all(`input[name="${box.dataset.checkAll}"]`, box.form ?? document).forEach((other) => {
      other.checked = box.checked;
    }));

  // --- a form is sent once: what was pressed says that it is busy
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented) return;
    if (button.getAttribute("aria-busy") === "true") event.preventDefault();
    else button.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () =>
    all("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy")));

  // --- data-turns: a call is heard turn by turn; data-turns-next brings the next, -all the rest.
  // data-call names it: how much was heard is this browser's to remember, from page to page
  const memory = {
    read(name) { try { return Number(localStorage.getItem(name)); } catch { return 0; } },
    write(name, count) { try { localStorage.setItem(name, count); } catch { /* not allowed to */ } },
  };
  const hear = (call, count) => {
    const turns = all(".call-turns > li", call);
    count = Math.min(count, turns.length);
    turns.forEach((turn, place) => { turn.hidden = place >= count; });
    find(".call-more", call).hidden = count >= turns.length;
    call.dataset.turns = count;
    memory.write(call.dataset.call, count);
  };
  const pickUp = () => {
    all("[data-turns='']").forEach((call) => hear(call, memory.read(call.dataset.call) || 2));
    all("[data-call]:not([data-turns])").forEach((call) => // shown whole, so heard whole
      memory.write(call.dataset.call, all(".call-turns > li", call).length));
  };
  on("click", "[data-turns-next]", (button) => {
    const call = button.closest("[data-turns]");
    hear(call, Number(call.dataset.turns) + 2);
    button.scrollIntoView({ block: "nearest" });
  });
  on("click", "[data-turns-all]", (button) => hear(button.closest("[data-turns]"), Infinity));
  document.addEventListener("htmx:after:settle", pickUp);
  addEventListener("DOMContentLoaded", pickUp);

  // --- data-focus: what matters most in what has just come in gets the focus
  const focusFirst = (root) => {
    const target = find("[data-focus]", root);
    if (target) target.focus({ preventScroll: false });
  };
  document.addEventListener("htmx:after:settle", () => focusFirst(document));
  if (!location.hash) addEventListener("DOMContentLoaded", () => focusFirst(document));

  // --- no connection, or something broke: a bar that stays until an answer comes
  const offline = (hidden) => {
    const bar = find("#offline");
    if (bar) bar.hidden = hidden;
  };
  document.addEventListener("htmx:error", () => offline(false));
  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.status;
    if (status) offline(status < 500);
  });
  addEventListener("online", () => offline(true));
})();
