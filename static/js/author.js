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
// A form sends what was changed in it: what was not stands in the text, which goes along anyway.
writing?.addEventListener("formdata", ({ formData }) => {
  for (const field of writing.querySelectorAll("[name^='field.']")) {
    const chosen = [...(field.options ?? [])];
    const began = chosen.length
      ? (chosen.find((it) => it.defaultSelected) ?? chosen[0]).value
      : field.defaultValue;
    if (field.value === began) formData.delete(field.name);
  }
});
writing?.addEventListener("submit", () => (typed = false));
window.addEventListener("beforeunload", (event) => typed && event.preventDefault());
