"""Plans for people: tables and workings, as text, Markdown and HTML; nothing knows of torch."""

from striate.planning.printing.explanation import derivation, explained, summed
from striate.planning.printing.forms import FORMS, check_form, printed, told
from striate.planning.printing.sheet import View, sheet
from striate.planning.printing.tables import Cell, Column, Table

__all__ = [
    "FORMS",
    "Cell",
    "Column",
    "Table",
    "View",
    "check_form",
    "derivation",
    "explained",
    "printed",
    "sheet",
    "summed",
    "told",
]
