"""A place among the tokens that moves forward, and knows how to complain about where it is.

`depth` counts open brackets; `names` are what can be called here, and the parameters: they hide
words of the same spelling.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager

from striate.errors import LanguageError
from striate.language.lexer import Token, line_of, tokens
from striate.language.tree import Place
from striate.language.words import WORDS

_DEEPEST = 100


def complain(
    text: str, source: str | None, place: Place, message: str, help: Sequence[str] = ()
) -> LanguageError:
    """An error at a place of a text, with the line that it stands in."""
    return LanguageError(
        message,
        help=help,
        line=place.line,
        column=place.column,
        excerpt=line_of(text, place),
        source=source,
    )


class Cursor:
    """The tokens of a text, read from left to right."""

    def __init__(self, text: str, source: str | None = None, *, names: Iterable[str] = ()) -> None:
        self.text = text
        self.source = source
        self.depth = 0
        self.names = set(names)
        self._tokens = list(tokens(text, source))
        self._at = 0

    @property
    def peek(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._at]

    @property
    def peek_line(self) -> Token:
        """The token that comes next when new lines are passed over."""
        return self._tokens[self._past_lines()]

    def after(self, count: int) -> Token:
        """The token `count` further on."""
        return self._tokens[min(self._at + count, len(self._tokens) - 1)]

    def is_word(self, token: Token) -> bool:
        """Whether a token is a word of the language, and no parameter or definition hides it."""
        is_name = token.kind == "name" and token.text not in self.names
        return is_name and token.text.upper() in WORDS

    def is_flag(self, token: Token, flags: Sequence[str]) -> bool:
        """Whether a token is one of a word's bare flags, and nothing hides it."""
        is_name = token.kind == "name" and token.text not in self.names
        return is_name and token.text.lower() in flags

    def advance(self) -> Token:
        """Take the next token; the end can be taken for ever."""
        token = self.peek
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    @contextmanager
    def inside(self) -> Generator[None]:
        """While what stands inside brackets is read; an error where they are nested too deeply."""
        self.depth += 1
        if self.depth > _DEEPEST:
            message = f"brackets are nested too deeply here: more than {_DEEPEST} are open"
            raise self.error(message, (), self.peek.place)
        yield
        self.depth -= 1

    def skip_lines(self) -> None:
        """Pass over new lines."""
        self._at = self._past_lines()

    def takes(self, symbol: str) -> bool:
        """Take the next token if it is this symbol."""
        found = self.peek.is_symbol(symbol)
        if found:
            self.advance()
        return found

    def expect(self, symbol: str, why: str) -> Token:
        """Take a symbol that has to stand here, new lines before it or not."""
        self.skip_lines()
        token = self.peek
        if not self.takes(symbol):
            raise self.error(f"expected '{symbol}' {why}")
        return token

    def starts_definition(self) -> bool:
        """Whether NAME = or NAME(...) = comes next, after new lines or not."""
        at = self._past_lines()
        if self._tokens[at].kind != "name":
            return False
        at = self._past_parentheses(at + 1)
        return self._tokens[at].is_symbol("=")

    def _past_parentheses(self, at: int) -> int:
        depth = 0
        while self._tokens[at].kind != "end":
            depth += {"(": 1, ")": -1}.get(self._tokens[at].text, 0)
            if depth == 0:
                break
            at += 1
        return at + (self._tokens[at].is_symbol(")"))

    def error(
        self, message: str, help: Sequence[str] = (), place: Place | None = None
    ) -> LanguageError:
        """An error here (with what was found), or at another place."""
        if place is None:
            message = f"{message}, found {self.peek}"
        return complain(self.text, self.source, place or self.peek.place, message, help)

    def _past_lines(self) -> int:
        at = self._at
        while self._tokens[at].kind == "newline":
            at += 1
        return at
