// .ending: the fold of what ends something is a dialog over the page, with the focus on leaving it
// as it is. Escape and that button close it; without this file it opens in its place.
"use strict";

document.addEventListener("click", (event) => {
  const summary = event.target.closest?.(".ending > summary");
  if (!summary) return;
  const fold = summary.parentElement;
  const dialog = fold.querySelector("dialog");
  event.preventDefault();
  fold.open = true;
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.querySelector("[data-close]").focus();
});
document.addEventListener("close", ({ target }) => {
  const fold = target.closest?.(".ending");
  if (!fold) return;
  fold.open = false;
  fold.querySelector("summary").focus();
}, true);
