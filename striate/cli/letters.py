"""striate plan --input 3xHxW: what is printed of a network planned for every input size at once."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from striate.cli.terminal import line_width
from striate.cli.views import Asked, Look, Training
from striate.errors import OptionError


def check_letters(input: str, asked: Asked, training: Training, look: Look) -> None:
    """Raise an OptionError for what is only known of an input of numbers."""
    usual = Look()
    changed = (look.columns, look.sort, look.depth) != (usual.columns, usual.sort, usual.depth)
    if asked.unit is not None or training.asked or changed:
        help = ["give the size in numbers for that: --input 3x224x224"]
        raise OptionError(f"of an input {input} there are the table and --explain", help=help)


@contextmanager
def waiting(input: str) -> Generator[None]:
    """Tell people at a terminal what takes a while: a module is followed at many sizes."""
    from rich.console import Console

    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(f"trying sizes of {input}"):
        yield


def print_letters(made: Any, asked: Asked, look: Look) -> None:
    """Print closed forms: a FreePlan's table, or the working of a layer or of all."""
    if asked.explain is not None:
        print(made.explain(asked.explain[0] if asked.explain else None, look.form))
    else:
        print(made.show(look.form, width=line_width()))
