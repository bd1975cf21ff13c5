// data-play steps through a run, one moment at a time, at the pace chosen beside it, until its end
// or until it is pressed again. Loaded where there is a slider; next and previous work without it.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  let playing = 0;
  let pace = "1500";

  // the page is swapped at each step: what it shows of the player is set anew
  const show = () => {
    const player = find("[data-player]");
    if (!player) return stop();
    player.hidden = false;
    find("[data-pace]").value = pace;
    find("[data-play]").setAttribute("aria-pressed", String(Boolean(playing)));
  };
  const stop = () => {
    clearTimeout(playing);
    playing = 0;
    find("[data-play]")?.setAttribute("aria-pressed", "false");
  };
  const ahead = () => {
    const slider = find(".slider input[type=range]");
    return slider && Number(slider.value) < Number(slider.max) ? slider : null;
  };
  const step = () => {
    const slider = ahead();
    if (!slider) return stop();
    slider.value = Number(slider.value) + 1;
    slider.dispatchEvent(new Event("change", { bubbles: true }));
    // the next one is timed from here, so a slow page is never overtaken by more than one step
    if (ahead()) playing = setTimeout(step, Number(pace));
    else stop();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-play]")) {
      if (playing) return stop();
      // at the end, it is played from the beginning again
      const slider = find(".slider input[type=range]");
      if (!ahead()) slider.value = -1;
      step();
      show();
    } else if (playing && event.target.closest("a, button")) stop();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pace]")) {
      pace = event.target.value;
      event.stopPropagation(); // the pace is no moment of the run
    }
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
  document.addEventListener("htmx:after:swap", show);
  show();
})();
