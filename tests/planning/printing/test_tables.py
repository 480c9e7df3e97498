"""Any table in any form: nothing wraps, nothing is lost unsaid, and every cell is where it was."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from striate.planning.printing import Cell, Column, Table
from striate.planning.printing.figures import counted, memory, ratio, share
from striate.planning.printing.fitting import fitted, shorten
from striate.planning.printing.html import html
from striate.planning.printing.markdown import markdown
from striate.planning.printing.text import text

WORDS = st.text(st.sampled_from("abc.|*_<&\"' "), max_size=30).map(str.strip)


@st.composite
def tables(draw):
    """A table of words and numbers, of any width."""
    columns = [Column("path", shorten="middle", least=8)]
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["", "end"]))
        need = draw(st.integers(0, 3))
        columns.append(Column(f"c{number}", number=not kind, need=need, shorten=kind, least=5))
    lines = []
    for _ in range(draw(st.integers(0, 5))):
        cells = [Cell(draw(WORDS), draw(WORDS))]
        for column in columns[1:]:
            digits = st.integers(0, 10**9).map(str)
            cells.append(Cell(draw(digits if column.number else WORDS), draw(WORDS)))
        lines.append(tuple(cells))
    foot = ((Cell("total"), *[Cell("9")] * (len(columns) - 1)),)
    notes = tuple(draw(st.lists(WORDS.filter(bool), max_size=2)))
    return Table("what it is", tuple(columns), tuple(lines), foot, ("a remark",), notes)


@given(tables(), st.integers(20, 120))
def test_no_line_is_longer_than_the_width(table, width):
    printed = text(table, width=width).splitlines()
    assert max(map(len, printed)) <= width
    rules = [line for line in printed if line and set(line) == {"─"}]
    assert len(rules) == 2
    assert len(rules[0]) == max(len(line) for line in printed[1 : printed.index("a remark")])


@given(tables(), st.integers(20, 120))
def test_columns_are_left_out_by_need_and_named(table, width):
    left = fitted(table, width)
    kept = [column.name for column in left.columns]
    gone = [column for column in table.columns if column.name not in kept]
    assert [column.name for column in table.columns if column.name in kept] == kept
    said = [remark for remark in left.remarks if remark.startswith("left out")]
    assert len(said) == bool(gone)
    assert all(column.name in said[0] for column in gone)
    needs = [column.need for column in left.columns if column.need]
    assert all(column.need < min(needs, default=9) for column in gone)


@given(tables(), st.integers(20, 120))
def test_numbers_are_never_shortened(table, width):
    left = fitted(table, width)
    for before, after in zip(table.lines, left.lines, strict=True):
        whole = {cell.text for cell in before}
        for column, cell in zip(left.columns, after, strict=True):
            assert not column.number or cell.text in whole


@given(tables())
def test_a_table_that_fits_is_as_it_is(table):
    assert fitted(table, None) is table
    wide = sum(table.widths) + 2 * len(table.widths)
    assert fitted(table, wide) == table
    assert text(table, width=max(wide, 60)) == text(table)


@given(st.text("ab. ", max_size=40), st.integers(4, 40), st.booleans())
def test_what_is_shortened_keeps_its_ends(long, width, middle):
    short = shorten(long, width, middle=middle)
    assert len(short) <= width
    if len(long) <= width:
        assert short == long
    else:
        front, behind = short.split("…")
        assert long.startswith(front)
        assert long.endswith(behind)
        assert bool(behind) == middle


class Cells(HTMLParser):
    """Reads a table back: its cells in order, with their titles."""

    def __init__(self, written):
        super().__init__()
        self.lines, self.inside = [], False
        self.feed(written)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.lines.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.lines[-1].append(["", dict(attrs).get("title", "")])
        assert tag != "script"

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.lines[-1][-1][0] += data


@given(tables())
def test_html_is_read_back_cell_for_cell(table):
    head, *body = Cells(html(table)).lines
    assert [cell for cell, _ in head] == [column.title for column in table.columns]
    expected = [[[c.text, c.working] for c in line] for line in (*table.lines, *table.foot)]
    assert body == expected


@given(tables())
def test_markdown_has_as_many_cells_in_each_line(table):
    piped = [line for line in markdown(table).splitlines() if line.startswith("| ")]
    assert len(piped) == 2 + len(table.lines) + 1
    for line in piped:
        assert line.replace(r"\|", "").count("|") == len(table.columns) + 1


def test_the_branch_that_joins_is_escaped_in_markdown():
    table = Table("", (Column("word"),), ((Cell("|"),),))
    assert markdown(table).splitlines()[-1] == r"| \| |"


@given(st.integers(1, 10**15), st.integers(1, 10**15))
def test_shares_and_ratios_are_near(part, whole):
    part, whole = sorted((part, whole))
    shown = share(part, whole)
    exact = 100 * part / whole
    assert (shown == "<0.1") == (exact < 0.1)
    assert exact < 0.1 or abs(float(shown) - exact) <= 0.0501
    times = float(ratio(whole, part).replace(",", ""))
    assert abs(times * part - whole) <= 0.0051 * whole


@given(st.integers(1, 9 * 10**14))
def test_bytes_are_shown_in_three_digits(amount):
    number, unit = memory(amount).split()
    units = {"byte": 1, "bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
    assert abs(float(number) * units[unit] - amount) <= 0.0051 * amount
    assert 1 <= float(number) < 1000


def test_what_is_not_known_is_never_a_zero():
    from striate.arithmetic import Quantity

    assert counted(Quantity(0, "", "")) == ""
    assert counted(Quantity(0, "", "", "unknown")) == "?"
    assert counted(Quantity(1234, "", "", "unknown")) == "1,234 ?"
