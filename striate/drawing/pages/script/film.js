// A film as a page holds it: unpacked, with its sums as they are written.
"use strict";

/**
 * A plane of a film. `start` is the number of its first cell: cells are numbered through.
 * @typedef {{name: string, role: string, stack: string, shape: [number, number], texts: string[],
 *   padding: number[], unseen: Set<number>, passing: boolean, tones: string,
 *   start: number}} Plane
 * @typedef {{result: number, terms: number[][], operation: string, divisor: number,
 *   before: string | null, after: string | null, sign: string}} Sum
 * @typedef {{name: string, sums: Sum[]}} Frame
 * @typedef {{planes: Plane[], frames: Frame[], texts: string[], planeOf: number[]}} Film
 *
 * What is shown of a film: the sums that are written out, and the cells that are marked.
 * @typedef {{sums: Sum[], lit: Set<number>, made: Set<number>, reached: Set<number>,
 *   said: string}} View
 *
 * A film on the page: an element for each cell, and what it shows; for each plane its figure and
 * its outline.
 * @typedef {{film: Film, cells: HTMLElement[], shown: string[], figures: HTMLElement[],
 *   spans: HTMLElement[]}} Stage
 *
 * @typedef {[string, number, [number, number], number[][], string?]} PackedSum
 * @typedef {{planes: {name: string, role: string, stack: string, shape: [number, number],
 *   values: string, padding?: number[], unseen?: number[], passing?: boolean,
 *   tones?: string}[], patterns: PackedSum[][],
 *   frames: [string, number, number[], [string | null, string | null][]?][]}} PackedFilm
 */

/** The film that was packed (striate/drawing/films/packing.py says how).
 * @param {PackedFilm} packed @returns {Film} */
function unpack(packed) {
  let start = 0;
  const planes = packed.planes.map((one) => {
    const texts = one.values.split(" ");
    const plane = {
      ...one, texts, start, padding: one.padding ?? [0, 0, 0, 0],
      unseen: new Set(one.unseen), passing: Boolean(one.passing), tones: one.tones ?? "",
    };
    start += texts.length;
    return plane;
  });
  const frames = packed.frames.map(([name, pattern, firsts, steps]) => ({
    name,
    sums: packed.patterns[pattern].map((sum, n) => unpackSum(sum, firsts, steps?.[n])),
  }));
  return {
    planes, frames, texts: planes.flatMap((plane) => plane.texts),
    planeOf: planes.flatMap((plane, n) => plane.texts.map(() => n)),
  };
}

/** @param {PackedSum} sum @param {number[]} firsts @param {[string | null, string | null]} [step]
 * @returns {Sum} */
function unpackSum([operation, divisor, [first, distance], terms, sign = "="], firsts, step) {
  const [before, after] = step ?? [null, null];
  const cells = terms.map((term) => {
    const found = [];
    for (let n = 0; n < term.length; n += 2) found.push(firsts[term[n]] + term[n + 1]);
    return found;
  });
  return {
    operation, divisor, sign, result: firsts[first] + distance, terms: cells, before, after,
  };
}

/** A number as it stands in a product: a negative one in brackets. @param {string} text */
function factor(text) {
  return text.startsWith("-") ? `(${text})` : text;
}

/** The number that a sum comes to. @param {Film} film @param {Sum} sum */
function outcome(film, sum) {
  return sum.after ?? film.texts[sum.result];
}

/** A sum as on a blackboard: 1*1 + 1*0 = 1. @param {Film} film @param {Sum} sum */
function written(film, sum) {
  const terms = sum.terms.map((term) => term.map((cell) => factor(film.texts[cell])).join("*"));
  if (sum.before !== null) terms.unshift(sum.before);
  let left = terms.join(" + ");
  if (sum.operation === "average") left = `(${left})/${sum.divisor}`;
  if (sum.operation === "max" || sum.operation === "min") {
    left = `${sum.operation}(${sum.terms.flat().map((cell) => film.texts[cell]).join(", ")})`;
  }
  return `${left || "0"} ${sum.sign} ${outcome(film, sum)}`;
}

/** Where a cell is, in words; rows and columns are those of the plane without its padding.
 * @param {Film} film @param {number} cell */
function named(film, cell) {
  const plane = film.planes[film.planeOf[cell]];
  const [row, column] = placed(plane, cell);
  const place = plane.shape[0] === 1 ? "" : `row ${row - plane.padding[0]}, `;
  if (plane.texts.length === 1) return plane.name;
  return `${plane.name}, ${place}${place ? "column" : "place"} ${column - plane.padding[2]}`;
}

/** @param {Plane} plane @param {number} cell @returns {[number, number]} row and column */
function placed(plane, cell) {
  const spot = cell - plane.start;
  return [Math.floor(spot / plane.shape[1]), spot % plane.shape[1]];
}

/** Whether a cell is padding. @param {Plane} plane @param {number} cell */
function pads(plane, cell) {
  const [row, column] = placed(plane, cell);
  const [above, below, left, right] = plane.padding;
  const [rows, columns] = plane.shape;
  return row < above || row >= rows - below || column < left || column >= columns - right;
}
