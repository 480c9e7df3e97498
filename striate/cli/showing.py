"""How a result is shown: as a table on a terminal, as plain text elsewhere, as JSON to programs."""

import json as forms
from typing import Any

from rich.console import Console, RenderableType

from striate.cli.terminal import line_width
from striate.runs import Run
from striate.runs.showing import Shown

LONG = 10_000
"""No line is longer."""


def show(result: RenderableType, *, whole: bool = False) -> None:
    """Print a result to standard output; what must stay `whole` is folded on a terminal only."""
    width = line_width() or LONG if whole else None
    Console(soft_wrap=False, width=width).print(result)


def show_either(result: Shown, form: Any, *, json: bool) -> None:
    """Print a result, or its form for programs."""
    if json:
        print(forms.dumps(form))
    else:
        show(result)


def show_trained(run: Run, *, json: bool) -> None:
    """Print how well a network does whose training is over."""
    if run.report is None:  # of several processes the first tells of it
        return
    if json:
        evaluation = run.report.evaluation.as_dict()
        print(forms.dumps({"run": str(run.folder), "evaluation": evaluation}))
    else:
        show(run)
