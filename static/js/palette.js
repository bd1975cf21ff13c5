// One field for going, doing and finding. What can be chosen is read off the page around it, so it
// opens at once; orders are asked for with the address of their list. A combobox over a listbox.
"use strict";

(() => {
  const MOST = 60;
  const MOST_ORDERS = 8;
  const PAUSE = 150; // after the last letter, before orders are asked for
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const folded = (text) => text.normalize("NFKC").toLowerCase();

  let offers = [];
  let orders = [];
  let shown = [];
  let at = 0;
  let asking = null;
  let later = 0;

  // --- what is offered: words as they stand on the page, without their keys and counts
  const words = (element) => {
    const copy = element.cloneNode(true);
    all(".kbd, .count, small, svg", copy).forEach((part) => part.remove());
    return (copy.textContent.replace(/\s+/g, " ").trim() || element.ariaLabel || element.title)
      || find("svg[aria-label]", element)?.getAttribute("aria-label") || "";
  };
  const offer = (group, element, name = words(element)) => ({
    group, name, element, note: find("small", element)?.textContent.trim() ?? "",
    kbd: find(".kbd", element)?.textContent ?? "",
  });
  const press = "a.btn, button.btn, a.where, a[data-action]";
  const acts = () => [
    ...all("main .action > summary").map((summary) =>
      offer("acts", summary, words(find(":scope > span", summary) ?? summary))),
    ...all(`main :is(${press})`).filter((element) => element.checkVisibility()
      && !element.matches("table *, .action *, dialog *, .player *, [rel]") && !element.disabled)
      .map((element) => offer("acts", element)),
    ...all(".bar .menu").flatMap((menu) => all("button.menu-item", menu).map((button) =>
      offer("acts", button, `${words(find("summary", menu))}: ${words(button)}`))),
  ];
  const places = () => [
    ...all("#sidebar a.place").map((link) => offer("places", link)),
    ...all(".topbar-tools .menu-item")
      .filter((item) => !item.closest("[data-look]") && item.dataset.dialog !== "palette")
      .map((item) => offer("places", item)),
  ];
  const looks = () => all(".topbar-tools form[data-look]").flatMap((form) =>
    all("button", form).map((button) =>
      offer("looks", button, `${find("summary", form.parentElement).title}: ${words(button)}`)));
  const collect = () => {
    const seen = new Map();
    for (const one of [...acts(), ...places(), ...looks()])
      if (one.name && !seen.has(one.name)) seen.set(one.name, one);
    return [...seen.values()];
  };

  // --- what of it is meant: every word typed stands in it; nearer the beginning is better
  const meant = (typed) => {
    const parts = folded(typed).split(/\s+/).filter(Boolean);
    const rank = ({ name }) => {
      const text = folded(name);
      if (!parts.every((part) => text.includes(part))) return -1;
      return parts.length && text.startsWith(parts[0]) ? 1 : 0;
    };
    if (!parts.length) return offers;
    return [1, 0].flatMap((wanted) => offers.filter((one) => rank(one) === wanted));
  };

  const show = (palette) => {
    const list = find("[role=listbox]", palette);
    const input = find("[role=combobox]", palette);
    shown = [...meant(input.value), ...orders].slice(0, MOST);
    // each group in one piece, the group of the best first
    const groups = [...new Set(shown.map((one) => one.group))];
    shown = groups.flatMap((group) => shown.filter((one) => one.group === group));
    at = Math.min(at, Math.max(shown.length - 1, 0));
    let number = 0;
    list.replaceChildren(...groups.map((group) => {
      const box = document.createElement("div");
      box.setAttribute("role", "group");
      box.ariaLabel = list.dataset[group];
      box.dataset.title = list.dataset[group];
      box.append(...shown.filter((one) => one.group === group).map((one) => {
        const option = document.createElement("div");
        option.setAttribute("role", "option");
        option.id = `palette-${number}`;
        option.dataset.at = number++;
        option.append(Object.assign(document.createElement("span"), { textContent: one.name }));
        if (one.note) option.append(Object.assign(document.createElement("small"), { textContent: one.note }));
        if (one.kbd) {
          const kbd = document.createElement("kbd");
          kbd.ariaHidden = "true";
          kbd.textContent = one.kbd;
          option.append(kbd);
        }
        return option;
      }));
      return box;
    }));
    find(".palette-none", palette).hidden = shown.length > 0;
    input.ariaExpanded = String(shown.length > 0);
    const status = find("[role=status]", palette);
    status.textContent = status.dataset.says.replace("#", shown.length);
    mark(palette);
  };
  const mark = (palette) => {
    const input = find("[role=combobox]", palette);
    all("[role=option]", palette).forEach((option, place) =>
      option.setAttribute("aria-selected", String(place === at)));
    const option = find(`#palette-${at}`, palette);
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  // --- orders: the list's own search, its first rows
  const ask = async (palette, typed) => {
    asking?.abort();
    if (!palette.dataset.orders || !typed.trim()) {
      orders = [];
      return show(palette);
    }
    asking = new AbortController();
    const address = new URL(palette.dataset.orders, location);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asking.signal });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      orders = all("[data-row]", page).slice(0, MOST_ORDERS).map((link) => ({
        group: "found", name: words(link), element: link, kbd: "",
        // customer and status, which stand next
        note: all("td:has([data-row]) ~ td", link.closest("tr")).slice(0, 2).map(words).join(" · "),
      }));
      show(palette);
    } catch { /* overtaken by the next letter, or no connection: what is on the page can be chosen */ }
  };

  // --- choosing
  const choose = (palette, place) => {
    const chosen = shown[place];
    if (!chosen) return;
    palette.close();
    const { element } = chosen;
    if (chosen.group === "found") location.assign(element.getAttribute("href"));
    else if (element.matches(".action > summary")) {
      for (let box = element.parentElement; box; box = box.parentElement.closest("details")) box.open = true;
      const inside = element.parentElement;
      (find("input:not([type=hidden]), select, textarea", inside) ?? find("button", inside) ?? element).focus();
    } else element.click();
  };

  const palette = (event) => event.target.closest?.("#palette");
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dialog=palette]")) {
      const opened = find("#palette");
      const input = find("[role=combobox]", opened);
      asking?.abort();
      [offers, orders, at, input.value] = [collect(), [], 0, ""];
      show(opened);
      input.focus();
      return;
    }
    const option = event.target.closest("#palette [role=option]");
    if (option) choose(palette(event), Number(option.dataset.at));
    else if (event.target.id === "palette") event.target.close(); // beside it
  });
  document.addEventListener("input", (event) => {
    const around = palette(event);
    if (!around) return;
    const typed = event.target.value;
    at = 0;
    show(around);
    clearTimeout(later);
    // half a syllable of Pinyin is no word yet
    if (!event.isComposing) later = setTimeout(() => ask(around, typed), PAUSE);
  });
  document.addEventListener("compositionend", (event) => {
    const around = palette(event);
    if (!around) return;
    clearTimeout(later);
    later = setTimeout(() => ask(around, event.target.value), PAUSE);
  });
  document.addEventListener("keydown", (event) => {
    const around = palette(event);
    // while Chinese is composed, Enter and the arrows belong to the one who composes it
    if (!around || event.isComposing || event.keyCode === 229) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && shown.length) at = (at + steps[event.key] + shown.length) % shown.length;
    else if (event.key === "Enter" && event.target.matches("input")) choose(around, at);
    else return;
    event.preventDefault();
    mark(around);
  });
})();
