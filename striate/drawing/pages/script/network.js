// A drawn network that answers: facts, derivations, parts that open, what a unit sees.

/**
 * @typedef {{title: string, facts: [string, string][], working: [string, string][],
 *   sees: Object<string, [number, number, number, number]>}} Item
 */

/** Make a drawn network answer: facts on hover, the working on a click, parts that open.
 * @param {Object<string, Item>} items */
function showNetwork(items) {
  /** @type {HTMLElement[]} */
  const opened = [];

  /** @param {Element} part */
  function facts(part) {
    const item = items[part.getAttribute("data-path") ?? ""];
    if (!item) return;
    byId("facts").replaceChildren(element("h2", "", item.title), listOf(item.facts));
    sees(item);
  }

  /** @param {Element} part */
  function choose(part) {
    const item = items[part.getAttribute("data-path") ?? ""];
    if (item?.working.length) {
      byId("working").replaceChildren(element("h2", "", item.title), listOf(item.working));
    }
    const section = document.getElementById(part.getAttribute("data-opens") ?? "");
    if (section) open(part, section, Boolean(section.hidden));
  }

  /** @param {Element} part @param {HTMLElement} section @param {boolean} wanted */
  function open(part, section, wanted) {
    section.hidden = !wanted;
    part.setAttribute("aria-expanded", String(wanted));
    if (opened.includes(section)) opened.splice(opened.indexOf(section), 1);
    if (!wanted) return;
    opened.push(section);
    section.scrollIntoView({ block: "nearest" });
  }

  function close() {
    byId("working").replaceChildren();
    sees(null);
    const section = opened.pop();
    const part = section && document.querySelector(`[data-opens="${CSS.escape(section.id)}"]`);
    if (!section || !part) return;
    open(part, section, false);
    if (section.contains(document.activeElement)) /** @type {SVGElement} */ (part).focus();
  }

  /** @param {Event} event */
  const partOf = (event) => /** @type {Element} */ (event.target).closest(".item");
  for (const kind of ["mouseover", "focusin"]) {
    document.addEventListener(kind, (event) => { const part = partOf(event); if (part) facts(part); });
  }
  document.addEventListener("click", (event) => { const part = partOf(event); if (part) choose(part); });
  document.addEventListener("keydown", (event) => {
    const part = partOf(event);
    if (event.key === "Escape") return close();
    if (!part || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    choose(part);
  });
  for (const part of document.querySelectorAll("[data-opens]")) {
    part.setAttribute("aria-expanded", "false");
  }
}

/** Lay the window that a unit sees on the face of each layer; null: on none.
 * @param {Item | null} item */
function sees(item) {
  for (const old of document.querySelectorAll("rect.seen")) old.remove();
  for (const [path, [top, bottom, left, right]] of Object.entries(item?.sees ?? {})) {
    const faces = document.querySelectorAll(`[data-path="${CSS.escape(path)}"] > rect.face`);
    for (const face of faces) {
      /** @param {string} name */
      const number = (name) => Number(face.getAttribute(name));
      const seen = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const [high, wide] = [number("height"), number("width")];
      /** @type {[string, string | number][]} */
      const attributes = [
        ["class", "seen"], ["x", number("x") + left * wide], ["y", number("y") + top * high],
        ["width", (right - left) * wide], ["height", (bottom - top) * high],
      ];
      for (const [name, value] of attributes) seen.setAttribute(name, String(value));
      face.after(seen);
    }
  }
}
