// What every page shares, and where each begins. A page fetches nothing, and it calculates
// nothing: all numbers are texts that were written where the page was made.

/** An element with a class and what is in it.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} kind @param {...(Node | string)} inside */
function element(tag, kind, ...inside) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  made.append(...inside);
  return made;
}

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/** Names and what they are. @param {[string, string][]} pairs */
function listOf(pairs) {
  return element("dl", "", ...pairs.flatMap(([name, text]) => [
    element("dt", "", name), element("dd", "", text)]));
}

/** @type {PackedFilm & {kind: "film"} | {kind: "network", items: Object<string, Item>}
 *   | {kind: "index"}} */
const data = JSON.parse(byId("data").textContent ?? "{}");
if (data.kind === "film") showFilm(data);
if (data.kind === "network") showNetwork(data.items);
