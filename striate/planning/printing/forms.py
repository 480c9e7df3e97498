"""The forms that a table or an explanation is printed in."""

from collections.abc import Sequence

from striate.errors import OptionError
from striate.language.items import suggest
from striate.planning.printing.explanation import Explanation, laid_out
from striate.planning.printing.html import html
from striate.planning.printing.markdown import markdown
from striate.planning.printing.tables import Table
from striate.planning.printing.text import text

FORMS = ("text", "markdown", "html", "json")
"""`json` is the form of `as_dict()`, for other programs; the others are for people."""


def check_form(form: str) -> None:
    """Raise an OptionError for a form that there is not."""
    if form not in FORMS:
        help = [*suggest(form, FORMS), f"there are {', '.join(FORMS)}"]
        raise OptionError(f"there is no format '{form}'", help=help)


def printed(tables: Sequence[Table], form: str, *, width: int | None = None) -> str:
    """Tables below each other, as text of at most `width` letters a line, Markdown, or HTML."""
    check_form(form)
    if form == "markdown":
        return "\n\n".join(map(markdown, tables))
    if form == "html":
        return "".join(map(html, tables))
    return "\n\n".join(text(table, width=width) for table in tables)


def told(explanations: Sequence[Explanation], form: str) -> str:
    """Explanations below each other."""
    check_form(form)
    if form == "text":
        return "\n\n".join(map(str, explanations))
    return printed([laid_out(explanation) for explanation in explanations], form)
