"""The text cut into tokens, each with its line and column."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from striate.errors import LanguageError
from striate.language.tree import Place

LABEL = r"(?:\w|\{i\})+(?:\.(?:\w|\{i\})+)*"

_PATTERN = re.compile(
    rf"""
    (?P<blank>[ \t\r\f]+|\#[^\n]*)
  | (?P<newline>\n)
  | (?P<label>{LABEL})[ \t]*:
  | (?P<tap>@{LABEL})
  | (?P<listing>(?<=pad=)[\dx×]*/[\d/x×]* | (?<=connect=)(?:"[^"\n]*"|\d[\d./]*))
  | (?P<size>\d{{1,12}}(?:[x×]\d{{1,12}})+)(?!\w)
  | (?P<number>(?:\d{{1,12}}(?:\.\d{{1,15}})?|\.\d{{1,15}})(?:e-?\d{{1,2}})?)(?!\w)
  | (?P<name>[^\W\d]\w*)
  | (?P<arrow>->|→)
  | (?P<symbol>==|!=|<=|>=|[][(){{}}|+*/=?<>,-])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A piece of the text; `blank` tells whether a blank stands before it."""

    kind: str
    text: str
    place: Place
    blank: bool

    @property
    def is_arrow(self) -> bool:
        """Whether it joins two items; a new line may, too, but that depends on where it stands."""
        return self.kind == "arrow" or self.is_symbol("-", ",")

    @property
    def starts_item(self) -> bool:
        """Whether an item of a flow can begin with it."""
        return self.kind in ("label", "tap", "name") or self.is_symbol("[", "(", "{")

    def is_symbol(self, *symbols: str) -> bool:
        """Whether it is one of these symbols."""
        return self.kind == "symbol" and self.text in symbols

    def __str__(self) -> str:
        if self.kind in ("end", "newline"):
            return f"the end of the {'text' if self.kind == 'end' else 'line'}"
        return f"'{self.text}'"


def tokens(text: str, source: str | None = None) -> Iterator[Token]:
    """Cut a text into tokens; the last one is `end`.

    >>> [token.text for token in tokens("CONV 6 5x5 -> RELU")]
    ['CONV', '6', '5x5', '->', 'RELU', '']
    """
    position, line, start, blank = 0, 1, 0, True
    while position < len(text):
        place = Place(line, position - start + 1)
        match = _PATTERN.match(text, position)
        if match is None:
            raise _unreadable(text, position, place, source)
        position, kind = match.end(), str(match.lastgroup)
        if kind != "blank":
            yield Token(kind, match[kind], place, blank)
        if kind == "newline":
            line, start = line + 1, position
        blank = kind in ("blank", "newline")
    yield Token("end", "", Place(line, position - start + 1), blank)


def line_of(text: str, place: Place) -> str | None:
    """The line that a place stands in, as it can be shown above a caret."""
    lines = text.split("\n")
    if place.line > len(lines):
        return None
    return lines[place.line - 1].rstrip("\r").replace("\t", " ")


def _unreadable(text: str, position: int, place: Place, source: str | None) -> LanguageError:
    rest = re.match(r"\w+|.", text[position:])
    found = rest[0] if rest else ""
    help = (
        ["write numbers of at most 12 digits, a size as 3x224x224, a number and a name apart"]
        if found[:1].isdigit()
        else ["the language is described in words, numbers, -> and the brackets [ ] ( ) { }"]
    )
    return LanguageError(
        f"cannot read '{found}'",
        help=help,
        line=place.line,
        column=place.column,
        excerpt=line_of(text, place),
        source=source,
    )
