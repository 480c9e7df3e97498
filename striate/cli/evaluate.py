"""striate evaluate: measure a trained network."""

import json as forms

import striate
from striate.cli.showing import show


def evaluate(run: str, *, data: str | None = None, json: bool = False) -> None:
    """Measure a trained network on images that it was not trained on.

    Parameters
    ----------
    run
        The run folder.
    data
        Other images than those of the run: a name or a folder with the same classes.
    json
        Print the measures for another program.
    """
    evaluation = striate.load(run).evaluate(data)
    if json:
        print(forms.dumps(evaluation.as_dict()))
    else:
        show(evaluation)
