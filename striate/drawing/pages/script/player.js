// The player: which frame is shown, the controls, the keys, and what is pointed at.

/** Show a film, and let it be played. @param {PackedFilm} packed */
function showFilm(packed) {
  const film = unpack(packed);
  const stage = stageOf(film, byId("stage"));
  if (film.frames.length) play(stage);
  else mark(stage, view([]), new Map());
  fit(stage);
  window.addEventListener("resize", () => fit(stage));
}

/** @param {Stage} stage */
function play({ film, ...drawn }) {
  const stage = { film, ...drawn };
  const past = pastOf(film);
  const uses = usesOf(film);
  const last = film.frames.length - 1;
  const scrub = /** @type {HTMLInputElement} */ (byId("scrub"));
  const speed = /** @type {HTMLSelectElement} */ (byId("speed"));
  const state = {
    frame: 0, timer: 0, height: 0,
    hovered: /** @type {number | null} */ (null), focused: /** @type {number | null} */ (null),
  };

  function standing() {
    /** @type {Map<number, string>} */
    const found = new Map();
    for (const [cell, held] of past) {
      found.set(cell, held.filter((one) => one.frame <= state.frame).pop()?.text ?? "");
    }
    return found;
  }

  function show() {
    const frame = film.frames[state.frame];
    const cell = state.hovered ?? state.focused;
    const seen = cell === null ? view(frame.sums) : peek(film, uses, cell);
    mark(stage, seen, standing());
    scrub.value = String(state.frame);
    scrub.setAttribute("aria-valuetext", frame.name);
    byId("frame").replaceChildren(
      element("b", "", frame.name), ` frame ${state.frame} of 0 to ${last}`);
    writeOut(seen);
  }

  /** @param {View} seen */
  function writeOut(seen) {
    const lines = seen.sums.map((sum) => element("p", "sum",
      seen.sums.length > 1 ? element("span", "of", named(film, sum.result)) : "",
      blackboard(written(film, sum))));
    const sums = byId("sums");
    sums.classList.toggle("many", lines.length > 4);
    const terms = seen.sums.flatMap((sum) => sum.terms).length;
    sums.classList.toggle("few", lines.length < 3 && terms <= 40);
    sums.classList.toggle("long", terms > 40);
    sums.replaceChildren(...(seen.said ? [element("p", "said", seen.said)] : []), ...lines);
    state.height = Math.max(state.height, sums.offsetHeight);
    sums.style.minHeight = `${state.height}px`;
    if (!seen.said) follow(stage);
  }

  /** @param {number} frame */
  function go(frame) {
    state.frame = Math.min(Math.max(frame, 0), last);
    show();
  }

  /** @param {boolean} playing */
  function run(playing) {
    window.clearTimeout(state.timer);
    state.timer = playing ? window.setTimeout(tick, 1000 / Number(speed.value)) : 0;
    byId("play").classList.toggle("playing", playing);
    byId("play").setAttribute("aria-label", playing ? "pause" : "play");
    byId("play").title = playing ? "pause" : "play";
    for (const id of ["sums", "frame"]) byId(id).setAttribute("aria-live", playing ? "off" : "polite");
  }

  function tick() {
    const waits = state.hovered !== null || state.focused !== null;
    if (!waits) go(state.frame + 1);
    run(state.frame < last);
  }

  function toggle() {
    if (state.timer) return run(false);
    leave();
    if (state.frame === last) go(0);
    return run(true);
  }

  /** Step by hand: the film stops. @param {number} frame */
  function stepTo(frame) {
    leave();
    run(false);
    go(frame);
  }

  function leave() {
    state.hovered = null;
    state.focused = null;
    if (document.activeElement?.matches("td")) {
      /** @type {HTMLElement} */ (document.activeElement).blur();
    }
    show();
  }

  function fromAddress() {
    const found = /^#frame=(\d+)$/.exec(window.location.hash);
    if (found) stepTo(Number(found[1]));
  }

  /** @type {Object<string, () => void>} */
  const acts = {
    first: () => stepTo(0), back: () => stepTo(state.frame - 1), play: toggle,
    step: () => stepTo(state.frame + 1), last: () => stepTo(last),
  };
  for (const [name, act] of Object.entries(acts)) byId(name).addEventListener("click", act);
  scrub.addEventListener("input", () => stepTo(Number(scrub.value)));
  speed.addEventListener("change", () => { if (state.timer) run(true); });
  window.addEventListener("hashchange", fromAddress);
  window.addEventListener("resize", () => {
    state.height = 0;
    byId("sums").style.minHeight = "";
    show();
  });
  document.addEventListener("keydown", (event) => {
    onKey(event, { " ": acts.play, ArrowLeft: acts.back, ArrowRight: acts.step,
      Home: acts.first, End: acts.last, Escape: leave });
  });
  listen(stage, (hovered) => { state.hovered = hovered; show(); },
    (focused) => { state.focused = focused; show(); });
  go(0);
  fromAddress();
}

/** Let a key act, unless what has the focus uses it itself.
 * @param {KeyboardEvent} event @param {Object<string, () => void>} acts */
function onKey(event, acts) {
  const target = /** @type {Element} */ (event.target);
  const own = event.key === " " ? "button, select, a, [role=button]" : "select, input, td";
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in acts)) return;
  if (event.key !== "Escape" && target.closest(own)) return;
  event.preventDefault();
  acts[event.key]();
}

/** Say which cell is pointed at, and which has the focus; arrows move it.
 * @param {Stage} stage @param {(cell: number | null) => void} hover
 * @param {(cell: number | null) => void} focus */
function listen(stage, hover, focus) {
  /** @param {Event} event */
  const cellAt = (event) => {
    const found = /** @type {Element} */ (event.target).closest("td");
    return found ? Number(found.dataset.cell) : null;
  };
  const where = byId("stage");
  where.addEventListener("mouseover", (event) => hover(cellAt(event)));
  where.addEventListener("mouseleave", () => hover(null));
  where.addEventListener("focusout", () => focus(null));
  where.addEventListener("focusin", (event) => {
    const cell = cellAt(event);
    if (cell === null) return;
    const rove = stage.cells[cell].closest("table")?.querySelector("td[tabindex='0']");
    rove?.setAttribute("tabindex", "-1");
    stage.cells[cell].tabIndex = 0;
    focus(cell);
  });
  where.addEventListener("keydown", (event) => {
    const cell = cellAt(event);
    const next = cell === null ? null : beside(stage.film, cell, event.key);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    stage.cells[next].focus();
  });
}
