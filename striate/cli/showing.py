"""How a result is shown: as a table on a terminal, as plain text elsewhere, as JSON to programs."""

import json as forms

from rich.console import Console, RenderableType

from striate.runs import Run


def show(result: RenderableType) -> None:
    """Print a result to standard output."""
    Console(soft_wrap=False).print(result)


def show_trained(run: Run, *, json: bool) -> None:
    """Print how well a network does whose training is over."""
    assert run.report is not None
    if json:
        evaluation = run.report.evaluation.as_dict()
        print(forms.dumps({"run": str(run.folder), "evaluation": evaluation}))
    else:
        show(run)
