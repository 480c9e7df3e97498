// What there is to see of a film: of a frame, and of a cell that is pointed at.

/** What each cell that is worked out holds, from which frame on.
 * @param {Film} film @returns {Map<number, {frame: number, text: string}[]>} */
function pastOf(film) {
  /** @type {Map<number, {frame: number, text: string}[]>} */
  const found = new Map();
  film.frames.forEach((frame, number) => {
    for (const sum of frame.sums) {
      const held = found.get(sum.result) ?? [];
      held.push({ frame: number, text: outcome(film, sum) });
      found.set(sum.result, held);
    }
  });
  return found;
}

/** What is seen of some sums. @param {Sum[]} sums @returns {View} */
function view(sums) {
  const lit = new Set(sums.flatMap((sum) => sum.terms.flat()));
  return { sums, lit, made: new Set(sums.map((sum) => sum.result)), reached: new Set(), said: "" };
}

/** All cells that a cell has a part in. @param {Map<number, number[]>} uses @param {number} cell */
function reached(uses, cell) {
  /** @type {Set<number>} */
  const found = new Set();
  const waiting = [cell];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const result of uses.get(next) ?? []) {
      if (!found.has(result)) waiting.push(result);
      found.add(result);
    }
  }
  return found;
}

/** For each cell, the results in which it has a part. @param {Film} film */
function usesOf(film) {
  /** @type {Map<number, number[]>} */
  const uses = new Map();
  for (const sum of film.frames.flatMap((frame) => frame.sums)) {
    for (const cell of sum.terms.flat()) {
      const results = uses.get(cell) ?? [];
      results.push(sum.result);
      uses.set(cell, results);
    }
  }
  return uses;
}

/** The sums that make a cell, each after those of its frame that it adds up.
 * @param {Film} film @param {number} cell */
function making(film, cell) {
  return film.frames.flatMap((frame) => {
    const last = frame.sums.filter((sum) => sum.result === cell);
    const parts = new Set(last.flatMap((sum) => sum.terms.flat()));
    const before = frame.sums.filter((sum) => sum.result !== cell && parts.has(sum.result));
    return [...before, ...last];
  });
}

/** What is seen when a cell is pointed at: its own sums, or what it reaches, and what it is.
 * @param {Film} film @param {Map<number, number[]>} uses @param {number} cell @returns {View} */
function peek(film, uses, cell) {
  const sums = making(film, cell);
  const seen = view(sums);
  seen.reached = reached(uses, cell);
  const plane = film.planes[film.planeOf[cell]];
  const facts = [sums.length ? named(film, cell) : `${named(film, cell)}: ${film.texts[cell]}`];
  if (pads(plane, cell)) facts.push("padding, no part of the picture");
  if (plane.unseen.has(cell - plane.start)) {
    facts.push(sums.length ? "not used any further" : "no window ever comes here");
  }
  /** @type {Map<string, number>} */
  const many = new Map();
  for (const other of seen.reached) {
    const { stack } = film.planes[film.planeOf[other]];
    many.set(stack, (many.get(stack) ?? 0) + 1);
  }
  if (many.size) facts.push(`reaches ${[...many].map(([of, n]) => `${n} of ${of}`).join(", ")}`);
  else if (!sums.length) facts.push("reaches nothing");
  return { ...seen, said: facts.join("; ") };
}

/** What stands in the corner of each cell that is read: what it is multiplied by, if that is one.
 * @param {Film} film @param {Sum[]} sums @returns {Map<number, string>} */
function corners(film, sums) {
  const rank = ["input", "partial", "output", "upstream", "gradient", "bias", "kernel", "matrix"];
  /** @type {Map<number, string>} */
  const found = new Map();
  const twice = new Set();
  for (const term of sums.flatMap((sum) => sum.terms)) {
    if (term.length < 2) continue;
    const order = [...term].sort((one, other) =>
      rank.indexOf(film.planes[film.planeOf[one]].role)
      - rank.indexOf(film.planes[film.planeOf[other]].role));
    if (found.has(order[0])) twice.add(order[0]);
    found.set(order[0], order.slice(1).map((cell) => `×${film.texts[cell]}`).join(""));
  }
  for (const cell of twice) found.delete(cell);
  return found;
}
