// A film on the page: its planes as tables, and the marks in them.

/** The planes of a film, in stacks that have headings.
 * @param {Film} film @param {HTMLElement} where @returns {Stage} */
function stageOf(film, where) {
  /** @type {Stage} */
  const stage = { film, cells: [], shown: [], figures: [], spans: [] };
  let planes = element("div", "planes");
  film.planes.forEach((plane, number) => {
    if (number === 0 || plane.stack !== film.planes[number - 1].stack) {
      planes = element("div", "planes");
      where.append(element("section", "stack", element("h2", "", plane.stack), planes));
    }
    planes.append(figure(stage, plane));
  });
  for (const cell of usesOf(film).keys()) stage.cells[cell].classList.add("weight");
  return stage;
}

/** A plane as a table whose cells are all of one size.
 * @param {Stage} stage @param {Plane} plane */
function figure(stage, plane) {
  const table = element("table", "", element("caption", "hidden", plane.name));
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", plane.name);
  for (let row = 0; row < plane.shape[0]; row += 1) {
    const line = table.insertRow();
    for (let column = 0; column < plane.shape[1]; column += 1) {
      line.append(cellOf(stage, plane, plane.start + row * plane.shape[1] + column));
    }
  }
  const span = element("div", "span");
  const below = element("div", "below", plane.name === plane.stack ? "" : shortened(plane.name));
  below.setAttribute("aria-hidden", "true");
  const box = element("div", `plane ${plane.role} ${sized(plane)}`,
    element("div", "box", table, span), below);
  const widest = Math.max(...plane.texts.map((text) => text.length));
  box.style.setProperty("--columns", String(plane.shape[1]));
  box.style.setProperty("--letters", String(Math.max(widest, 2)));
  stage.figures.push(box);
  stage.spans.push(span);
  return box;
}

/** What stands under a plane: its name without what the heading of its stack says already.
 * @param {string} name */
function shortened(name) {
  return name.slice(name.indexOf(", ") + 1).trim();
}

/** How large its cells are drawn. @param {Plane} plane */
function sized(plane) {
  const longest = Math.max(...plane.shape);
  if (plane.tones && longest > 16) return "bare";
  return longest > 16 ? "small" : longest > 10 ? "middle" : "";
}

/** @param {Stage} stage @param {Plane} plane @param {number} cell */
function cellOf(stage, plane, cell) {
  const spot = cell - plane.start;
  const made = element("td", "", plane.texts[spot]);
  made.dataset.cell = String(cell);
  made.tabIndex = spot ? -1 : 0;
  made.classList.toggle("padding", pads(plane, cell));
  made.classList.toggle("unseen", plane.unseen.has(spot));
  if (plane.tones) {
    const tone = plane.tones.slice(2 * spot, 2 * spot + 2);
    made.style.setProperty("--tone", `#${tone}${tone}${tone}`);
    made.classList.add("toned", parseInt(tone, 16) < 118 ? "dark" : "light");
  }
  stage.cells.push(made);
  return made;
}

/** Put numbers and marks where they belong.
 * @param {Stage} stage @param {View} seen @param {Map<number, string>} standing */
function mark(stage, seen, standing) {
  const beside = corners(stage.film, seen.sums);
  stage.cells.forEach((cell, number) => {
    const text = standing.get(number) ?? stage.film.texts[number];
    const corner = beside.get(number) ?? "";
    const marks = { empty: text === "", lit: seen.lit.has(number), result: seen.made.has(number),
      reached: seen.reached.has(number) };
    const shown = JSON.stringify([text, corner, marks]);
    if (stage.shown[number] === shown) return;
    stage.shown[number] = shown;
    cell.replaceChildren(text, ...(corner ? [element("small", corner.length > 4 ? "long" : "", corner)] : []));
    for (const [kind, on] of Object.entries(marks)) cell.classList.toggle(kind, on);
  });
  stage.film.planes.forEach((plane, number) => outline(stage, seen, plane, number));
}

/** Draw the outline around what a plane has to do with it; hide a plane that passes.
 * @param {Stage} stage @param {View} seen @param {Plane} plane @param {number} number */
function outline(stage, seen, plane, number) {
  const used = [...seen.lit, ...seen.made].filter((cell) => stage.film.planeOf[cell] === number);
  const figure = stage.figures[number];
  figure.hidden = plane.passing && !used.length;
  const stack = figure.closest("section");
  if (stack) stack.hidden = ![...stack.querySelectorAll(".plane")].some((one) => !one.matches("[hidden]"));
  const rows = used.map((cell) => placed(plane, cell)[0]);
  const columns = used.map((cell) => placed(plane, cell)[1]);
  const span = stage.spans[number];
  span.hidden = !used.length;
  span.style.setProperty("--top", String(Math.min(...rows)));
  span.style.setProperty("--left", String(Math.min(...columns)));
  span.style.setProperty("--high", String(Math.max(...rows) - Math.min(...rows) + 1));
  span.style.setProperty("--wide", String(Math.max(...columns) - Math.min(...columns) + 1));
}

/** The arrows move in a plane: the cell to which a key leads.
 * @param {Film} film @param {number} cell @param {string} key @returns {number | null} */
function beside(film, cell, key) {
  const plane = film.planes[film.planeOf[cell]];
  const [rows, columns] = plane.shape;
  const [row, column] = placed(plane, cell);
  /** @type {Object<string, [number, number]>} */
  const moves = {
    ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1], Home: [row, 0], End: [row, columns - 1],
  };
  if (!(key in moves)) return null;
  const [to, along] = moves[key];
  const inside = to >= 0 && to < rows && along >= 0 && along < columns;
  return inside ? plane.start + to * columns + along : cell;
}

/** A sum, what it comes to in bold; lines break between its terms. @param {string} text */
function blackboard(text) {
  const at = Math.max(text.lastIndexOf("="), text.lastIndexOf("≈"));
  const words = text.slice(0, at).trim().split(" ");
  return element("code", "", ...words.flatMap((word) => [element("span", "", word), " "]),
    element("b", "", text.slice(at)));
}

/** Where a plane is wider than its box, bring what is outlined in it into sight.
 * @param {Stage} stage */
function follow(stage) {
  for (const span of stage.spans) {
    const box = span.parentElement;
    if (!box || span.hidden || box.scrollWidth <= box.clientWidth) continue;
    const left = span.offsetLeft - 8;
    const right = span.offsetLeft + span.offsetWidth + 8 - box.clientWidth;
    box.scrollLeft = Math.min(Math.max(box.scrollLeft, right), left);
  }
}

/** Draw the cells as large as they can be with the whole film in the window; where none fits, and
 * on a phone, in the size that fingers and eyes need. What has the focus stays above the player.
 * @param {Stage} stage */
function fit(stage) {
  const { style } = document.documentElement;
  const planes = byId("stage");
  const below = document.getElementById("player")?.offsetHeight ?? 0;
  const sizes = window.innerWidth < 600 ? [] : [1.7, 1.4, 1.2, 1.1, 1, 0.9, 0.8, 0.7, 0.6, 0.5];
  let [first, last] = [0, sizes.length];
  while (first < last) {
    const middle = Math.floor((first + last) / 2);
    style.setProperty("--size", String(sizes[middle]));
    if (planes.offsetTop + planes.offsetHeight + below < window.innerHeight) last = middle;
    else first = middle + 1;
  }
  style.setProperty("--size", String(sizes[first] ?? 0.8));
  document.documentElement.classList.toggle("dense", sizes[first] < 0.7);
  style.setProperty("--covered", `${below + 8}px`);
  follow(stage);
}
