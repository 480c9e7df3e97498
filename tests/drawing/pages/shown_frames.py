"""What a page shows, and how it is compared with the record of its film."""

from striate.drawing.films.record import Cell

SNAPSHOT = """() => {
  const cells = [...document.querySelectorAll('td')];
  const marked = (kind) => cells.filter((one) => one.classList.contains(kind))
    .map((one) => Number(one.dataset.cell));
  return {
    texts: cells.map((one) => one.firstChild?.nodeType === 3 ? one.firstChild.data : ''),
    corners: Object.fromEntries(cells.filter((one) => one.querySelector('small'))
      .map((one) => [one.dataset.cell, one.querySelector('small').textContent])),
    lit: marked('lit'), result: marked('result'), reached: marked('reached'),
    padding: marked('padding'), unseen: marked('unseen'), empty: marked('empty'),
    hidden: [...document.querySelectorAll('.plane')].map((one) => one.hidden),
    spans: [...document.querySelectorAll('.span')].map((one) => one.hidden ? null :
      ['--top', '--left', '--high', '--wide'].map((it) => Number(one.style.getPropertyValue(it)))),
    sums: [...document.querySelectorAll('#sums code')].map((one) => one.textContent),
    said: document.querySelector('#sums .said')?.textContent ?? '',
    name: document.querySelector('#frame b')?.textContent,
    value: document.querySelector('#scrub')?.value,
    spoken: document.querySelector('#scrub')?.getAttribute('aria-valuetext'),
  };
}"""
EVERY_FRAME = f"""(count) => {{
  const scrub = document.querySelector('#scrub');
  return Array.from({{length: count}}, (_, number) => {{
    scrub.value = String(number);
    scrub.dispatchEvent(new Event('input'));
    return ({SNAPSHOT})();
  }});
}}"""


def cells_of(film):
    """Every cell, in the order in which pages number them."""
    return [Cell(n, spot) for n, one in enumerate(film.planes) for spot in range(len(one.values))]


def box(film, plane, cells):
    """The rows and columns that some cells of a plane span."""
    places = [divmod(cell.spot, film.planes[plane].shape[1]) for cell in cells]
    if not places:
        return None
    (top, bottom), (left, right) = ((min(axis), max(axis)) for axis in zip(*places, strict=True))
    return [top, left, bottom - top + 1, right - left + 1]


def corners(film, number):
    """The factors beside what is read: of a pixel or a gradient its weight, where it has one."""
    found = {}
    for one in film.frames[number].sums:
        for term in one.terms:
            roles = [film.planes[cell.plane].role for cell in term]
            if len(term) == 2 and "kernel" in roles and roles[0] != roles[1]:
                weight = term[roles.index("kernel")]
                read = term[1 - roles.index("kernel")]
                found.setdefault(read, []).append(f"×{film.text(weight)}")
    return {cell: texts[0] for cell, texts in found.items() if len(texts) == 1}


def compare(shown, film, number):
    """A frame on the page against the record."""
    cells, standing = cells_of(film), film.standing(number)
    lit, made = film.lit(number), film.made(number)
    expected = [
        standing.get(cell, "") if cell in film.results else film.text(cell) for cell in cells
    ]
    assert shown["texts"] == expected
    assert {cells[one] for one in shown["lit"]} == lit
    assert {cells[one] for one in shown["result"]} == made
    assert {cells[one] for one in shown["empty"]} == film.results - standing.keys()
    assert shown["reached"] == []
    assert shown["sums"] == [film.written(one) for one in film.frames[number].sums]
    assert shown["name"] == shown["spoken"] == film.frames[number].name
    assert shown["value"] == str(number)
    beside = {cells[int(cell)]: text for cell, text in shown["corners"].items()}
    weights = corners(film, number)
    assert {cell: beside.get(cell) for cell in weights} == weights
    for n, plane in enumerate(film.planes):
        used = {cell for cell in lit | made if cell.plane == n}
        assert shown["hidden"][n] == (plane.passing and not used)
        assert shown["spans"][n] == box(film, n, used)


def compare_all(frames, film):
    """Every frame on the page against the record."""
    for number, shown in enumerate(frames):
        compare(shown, film, number)


def now(page):
    """The number of the frame that the page shows."""
    return int(page.input_value("#scrub"))
