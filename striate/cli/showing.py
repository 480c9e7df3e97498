"""How a result is shown: as a table on a terminal, as plain text elsewhere, as JSON to programs."""

import json as forms
from typing import Any

from rich.console import Console, RenderableType

from striate.runs import Run
from striate.runs.showing import Shown


def show(result: RenderableType) -> None:
    """Print a result to standard output."""
    Console(soft_wrap=False).print(result)


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
