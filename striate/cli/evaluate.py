"""striate evaluate: measure a trained network."""

import json as forms

from rich.console import Group
from rich.text import Text

import striate
from striate.cli.showing import show
from striate.errors import OptionError


def evaluate(
    run: str,
    *,
    data: str | None = None,
    labels: str | None = None,
    split: str | None = None,
    save: str | None = None,
    json: bool = False,
) -> None:
    """Measure a trained network on images that it was not trained on.

    Parameters
    ----------
    run
        The run folder.
    data
        Other images than those of the run: whatever images are trained on, with the same classes or
        some of them.
    labels
        A .csv list, with the columns file and label, of files in the folder `data`.
    split
        Which images judge: train, val, test, or all. Without it test, else val, else all.
    save
        The file to write what was said of each image to: predictions.csv.
    json
        Print the measures for another program.
    """
    trained = striate.load(run)
    if labels is not None and data is None:
        raise OptionError("there are labels without images", help=["name these too: --data FOLDER"])
    judges = trained.judges(data if labels is None else (data, labels), split=split)
    evaluation = trained.evaluate_on(judges.images)
    if save is not None:
        evaluation.save(save)
    if json:
        print(forms.dumps({**evaluation.as_dict(), "judged_by": judges.as_dict()}))
    else:
        told = (judges.sentence, *judges.notes)
        show(Group(evaluation, Text(), *(Text(line, overflow="fold") for line in told)))
