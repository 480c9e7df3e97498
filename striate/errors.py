"""Every error that striate raises on purpose, drawn as a tree.

    StriateError
    ├── LanguageError   a network's text cannot be read
    ├── ShapeError      sizes that do not fit each other
    ├── DataError       images, labels or folders that cannot be used
    ├── OptionError     a setting that cannot be, or not together with another
    ├── WeightsError    published weights that cannot be had, read, or do not fit a network
    └── RunError        a run folder that cannot be read, written or resumed

Each carries a sentence that names the thing and the numbers, the place in the text where there is
one, and the remedies. The command line prints it and exits with 2; nothing else is ever needed.
"""

from collections.abc import Sequence
from typing import Any


class StriateError(Exception):
    """A sentence about what is wrong, where, and what to do about it.

    >>> print(StriateError("3 is not 4", help=["write 4"]))
    3 is not 4
      help: write 4
    """

    def __init__(
        self,
        message: str,
        *,
        help: Sequence[str] = (),
        line: int | None = None,
        column: int | None = None,
        excerpt: str | None = None,
        source: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = list(help)
        self.line = line
        self.column = column
        self.excerpt = excerpt
        self.source = source

    @property
    def kind(self) -> str:
        """The name of the error's class, as `--json` prints it."""
        return type(self).__name__

    def __str__(self) -> str:
        shown = [self.message]
        if self.column and isinstance(self, LanguageError):
            place = ":".join(str(part) for part in (self.source, self.line, self.column) if part)
            shown = [f"{place}: {self.message}"]
        if self.excerpt is not None and self.column:
            shown += ["    " + self.excerpt, "    " + " " * (self.column - 1) + "^"]
        shown += [f"  help: {remedy}" for remedy in self.help]
        return "\n".join(shown)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "error": {
                "kind": self.kind,
                "message": self.message,
                "line": self.line,
                "column": self.column,
                "help": self.help,
            }
        }


class LanguageError(StriateError):
    """A network's text cannot be read: line, column, and what was expected there."""


class ShapeError(StriateError):
    """Sizes that do not fit each other: the layer, the numbers, and fixes that were re-checked."""


class DataError(StriateError):
    """Images, labels or folders that cannot be used: the file, and what to do with it."""


class OptionError(StriateError):
    """A setting that cannot be, or cannot be together with another."""


class WeightsError(StriateError):
    """Weights that cannot be had, read, or do not fit a network: which, and what to do."""


class RunError(StriateError):
    """A run folder that cannot be read, written or resumed."""


def in_short(said: object, most: int = 120) -> str:
    """What other programs say, or their errors, in one line of at most so many letters.

    >>> in_short(ValueError("no\\n number")), in_short(ValueError()), in_short("0.48501", 6)
    ('no number', 'ValueError', '0.4...')
    """
    line = " ".join(str(said).split())
    if isinstance(said, Exception):
        line = line or type(said).__name__
    return line if len(line) <= most else line[: most - 3] + "..."
