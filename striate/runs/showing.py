"""Showing: a result prints as a table and shows itself in a notebook."""

from abc import ABC, abstractmethod
from io import StringIO

from rich.console import Console, RenderableType

WIDTH = 100
_HTML = "<pre style='font-family:monospace;line-height:1.2'>{code}</pre>"


class Shown(ABC):
    """Something that `rich` can print, `str()` can write and a notebook can show."""

    @abstractmethod
    def __rich__(self) -> RenderableType: ...

    def __str__(self) -> str:
        console = Console(file=StringIO(), width=WIDTH, force_terminal=False, force_jupyter=False)
        with console.capture() as written:
            console.print(self)
        return "\n".join(line.rstrip() for line in written.get().splitlines())

    def _repr_html_(self) -> str:
        console = Console(file=StringIO(), width=WIDTH, record=True, force_jupyter=False)
        console.print(self)
        return console.export_html(inline_styles=True, code_format=_HTML)


def percent(share: float | None) -> str:
    """A share in percent, a dash where there is none.

    >>> percent(0.98765), percent(None)
    ('98.8 %', '–')
    """
    return "–" if share is None else f"{100 * share:.1f} %"
