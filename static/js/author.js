// Authoring: a finding's link selects its line in the text.
"use strict";

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-line]");
  const area = document.getElementById("source");
  if (!link || !area) return;
  event.preventDefault();
  const lines = area.value.split("\n");
  const place = Math.min(Number(link.dataset.line), lines.length) - 1;
  const start = lines.slice(0, place).reduce((sum, line) => sum + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[place] ?? "").length);
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(place - 4, 0);
});

// What was typed goes along with every button of the page; who leaves by a link is asked first.
const writing = document.getElementById("writing");
let typed = writing?.hasAttribute("data-unsaved") ?? false;
writing?.addEventListener("input", () => (typed = true));
writing?.addEventListener("submit", () => (typed = false));
window.addEventListener("beforeunload", (event) => typed && event.preventDefault());
