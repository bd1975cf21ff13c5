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

  // --- a line that is seen for a while and read out politely
  const say = (words, milliseconds = 4000) => {
    const line = document.createElement("p");
    line.className = "toast-line";
    line.textContent = words;
    find("#toasts").replaceChildren(line);
    setTimeout(() => line.remove(), milliseconds);
  };

  // --- data-left: the minutes that are left are counted down in its data-words, and said aloud once
  // they are few; once its seconds are over, the page goes where that is said (data-after)
  const ends = new WeakMap();
  const FEW = [1, 5];
  const toldAt = {
    read(key) { try { return sessionStorage.getItem(key); } catch { return null; } },
    write(key, few) { try { sessionStorage.setItem(key, few); } catch { /* not allowed to */ } },
  };
  const tell = (limit, seconds) => {
    const minutes = Math.max(Math.ceil(seconds / 60), 1);
    const spoken = find("[data-words]", limit);
    const words = spoken.dataset.words.replace("{}", new Intl.NumberFormat(document.documentElement.lang,
      { style: "unit", unit: "minute", unitDisplay: "long" }).format(minutes));
    if (spoken.textContent !== words) spoken.textContent = words;
    const few = FEW.find((it) => minutes <= it);
    const key = `left ${limit.dataset.after}`;
    if (!few || toldAt.read(key) === String(few)) return;
    toldAt.write(key, few); // once, whatever page one is on
    say(words, 10000);
  };
  const watch = setInterval(() => {
    const limit = find("[data-left]");
    if (!limit) return;
    if (!ends.has(limit)) ends.set(limit, Date.now() + (Number(limit.dataset.left) + 1) * 1000);
    const seconds = (ends.get(limit) - Date.now()) / 1000 - 1;
    tell(limit, seconds);
    if (seconds > -1) return;
    clearInterval(watch); // going once is enough
    location.assign(limit.dataset.after);
  }, 1000);

  // --- data-look: what is chosen is seen at once; htmx keeps the choice in the account
  const media = {
    theme: { light: "not all", dark: "screen", system: "screen and (prefers-color-scheme: dark)" },
    contrast: { more: "all", system: "(prefers-contrast: more)" },
  };
  const dress = (name, value) => {
    if (media[name]) find(`[data-sheet=${name}]`).media = media[name][value];
    // a page in another language has to be written first
    if (name !== "language") document.documentElement.dataset[name === "font_size" ? "fontSize" : name] = value;
  };
  on("click", "[data-look] button[aria-pressed]", (button) => {
    dress(button.name, button.value);
    all("button", button.form).forEach((other) =>
      other.setAttribute("aria-pressed", String(other === button)));
    button.closest("details").open = false;
  });
  on("change", "[data-look] input[type=radio]", (radio) => dress(radio.name, radio.value));

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

  // --- data-dialog="id" opens it, data-close closes the one around it
  on("click", "[data-dialog]", (button, event) => {
    const dialog = document.getElementById(button.dataset.dialog);
    if (!dialog) return; // a link then goes to the page of the same
    event.preventDefault();
    closeMenus();
    dialog.showModal();
  });
  on("click", "[data-close]", (button) => button.closest("dialog").close());

  // --- data-dismiss takes away what it stands in
  on("click", "[data-dismiss]", (button) => button.closest(button.dataset.dismiss).remove());

  // --- data-check-all="name": one box for all of that name
  on("change", "[data-check-all]", (box) =>
    all(`input[name="${box.dataset.checkAll}"]`, box.form ?? document).forEach((other) => {
      other.checked = box.checked;
    }));

  // --- data-zone: the time zone that this browser keeps its clock by
  addEventListener("DOMContentLoaded", () => all("[data-zone]").forEach((input) => {
    input.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }));

  // --- data-copy: takes a number along, and says so
  const offerCopies = () => navigator.clipboard && all("[data-copy]").forEach((it) => { it.hidden = false; });
  on("click", "[data-copy]", ({ dataset }) =>
    navigator.clipboard.writeText(dataset.copy).then(() => say(dataset.copied)));
  document.addEventListener("htmx:after:settle", offerCopies);
  addEventListener("DOMContentLoaded", offerCopies);

  // --- data-sum-of="name": what the ticked boxes of that name come to, by their data-amount
  on("change", "[data-amount]", ({ name, form }) => {
    const output = find(`[data-sum-of="${name}"]`, form);
    const sums = {};
    for (const { dataset } of all(`input[name="${name}"]:checked`, form))
      sums[dataset.currency] = (sums[dataset.currency] ?? 0) + Number(dataset.amount);
    output.value = Object.entries(sums).map(([currency, sum]) => new Intl.NumberFormat(
      document.documentElement.lang, { style: "currency", currency }).format(sum)).join(" + ");
    output.parentElement.hidden = !output.value;
  });

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
  // (a letter that arrives must not take the focus back to an older notice from who is typing)
  const focusFirst = (root) => {
    const target = root.matches?.("[data-focus]") ? root : find("[data-focus]", root);
    if (target) target.focus({ preventScroll: false });
  };
  document.addEventListener("htmx:after:settle", ({ detail }) =>
    detail.newContent.filter((node) => node instanceof Element).forEach(focusFirst));
  if (!location.hash) addEventListener("DOMContentLoaded", () => focusFirst(document));

  // --- data-show="command …": leads to the first form or link of those that the page has, opened and
  // marked; where the page has none, the link leads on, and the next page looks for them
  // (`name~field=value` is the form of that command which says so, where there are several)
  const found = (command) => {
    const [name, ...told] = command.split("~");
    const there = all(`[data-command="${name}"], [data-for~="${name}"]`)
      .filter((it) => !it.closest("#coach"));
    const says = (it) => told.every((part) => {
      const [field, value] = part.split("=");
      return [...it.querySelectorAll(`[name="${field}"]`)].some((input) => input.value === value);
    });
    return there.find(says) ?? there[0];
  };
  const point = (commands, otherwise) => {
    const place = commands.map(found).find(Boolean) ?? otherwise;
    if (!place) return false;
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
    const whole = place.closest("details.action") ?? place;
    whole.scrollIntoView({ block: "center" });
    whole.classList.add("pointed");
    setTimeout(() => whole.classList.remove("pointed"), 4000);
    const first = "input:not([type=hidden]), select, textarea, button, summary";
    (place.matches("a, summary") ? place : find(first, place))?.focus({ preventScroll: true });
    return true;
  };
  on("click", "a[data-show]", (link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const here = link.pathname === location.pathname ? find(".desk-main") : null;
    if (!point(link.dataset.show.split(" "), here))
      location.assign(`${link.pathname}#show=${link.dataset.show.replaceAll(" ", "+")}`);
  });
  addEventListener("DOMContentLoaded", () => {
    if (location.hash.startsWith("#show=")) point(location.hash.slice(6).split("+"));
  });

  // --- signed out meanwhile: what notices it asks once to sign in, however often it asks
  const asksAgain = () => find("#signed-out [name=password]");
  document.addEventListener("htmx:before:swap", (event) => {
    const { request, response } = event.detail.ctx;
    if (response?.status !== 401 || !asksAgain()) return;
    event.preventDefault();
    if (request.method !== "GET") asksAgain().focus();
  });
  // and signed in again, the page's forms get the token of the new session
  document.addEventListener("token", ({ detail }) => {
    all("input[name=csrf_token]").forEach((input) => { input.value = detail.value; });
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": detail.value }));
  });

  // --- no answer, or a broken one: a bar that stays until it works again, and sends it once more.
  // A form keeps what was typed and its command's id, so what is sent twice is done once
  let failed = null;
  const told = (failure) => {
    failed = failure;
    const bar = find(".offline-bar");
    if (!bar) return;
    all("[data-when]", bar).forEach((words) => { words.hidden = words.dataset.when !== failed?.why; });
    bar.hidden = !failed;
  };
  // a clock that ticks by itself is no act: it neither hides nor replaces one that failed
  const acted = (ctx) => ["submit", "click", "change", "input"].includes(ctx.sourceEvent?.type);
  const fail = (why, ctx) => {
    if (failed?.acted && !acted(ctx)) return;
    const { sourceElement, sourceEvent } = ctx;
    told({ why, acted: acted(ctx), element: sourceElement, type: sourceEvent?.type,
      submitter: sourceEvent?.submitter });
  };
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail?.ctx && !detail.ctx.response) fail("silent", detail.ctx);
  });
  document.addEventListener("htmx:after:request", ({ detail }) => {
    const status = detail?.ctx?.response?.status;
    if (status >= 500) fail("broken", detail.ctx);
    else if (status && failed && (!failed.acted || acted(detail.ctx))) told(null);
  });
  on("click", "[data-retry]", () => {
    const { element, type, submitter } = failed;
    if (element.isConnected && type === "submit")
      element.requestSubmit(element.contains(submitter) ? submitter : null);
    else if (element.isConnected && failed.acted)
      element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
    else fetch(location, { method: "HEAD", cache: "no-store" })
      .then(({ status }) => { if (status < 500) told(null); }, () => {});
  });
})();
