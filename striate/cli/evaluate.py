"""striate evaluate: measure a trained network."""

import json as forms

from rich.console import Group
from rich.text import Text

import striate
from striate.cli.published import published
from striate.cli.showing import show
from striate.data import Judges, Source
from striate.errors import OptionError
from striate.runs import Pretrained


def evaluate(
    run: str | None = None,
    *,
    net: str | None = None,
    weights: str | None = None,
    classes: str | None = None,
    data: str | None = None,
    labels: str | None = None,
    size: int | None = None,
    split: str | None = None,
    save: str | None = None,
    json: bool = False,
) -> None:
    """Measure a trained network on images that it was not trained on.

    Parameters
    ----------
    run
        The run folder; with --net or --weights there is none.
    net
        A network with published weights, in the place of a run; left out, the one that the weights
        say they are for.
    weights
        Its weights: a file, torchvision, a name on the Hugging Face hub, or an address.
    classes
        A file with the names of its classes, a line each, where the weights do not tell them.
    data
        Other images than those of the run: whatever images are trained on, with the same classes or
        some of them.
    labels
        A .csv list, with the columns file and label, of files in the folder `data`.
    size
        The side in pixels of what it sees, where it is not to be that of the weights.
    split
        Which images judge: train, val, test, or all. Without it test, else val, else all.
    save
        The file to write what was said of each image to: predictions.csv.
    json
        Print the measures for another program.
    """
    network = published(net, weights, run=run, classes=classes, size=size)
    if labels is not None and data is None:
        raise OptionError("there are labels without images", help=["name these too: --data FOLDER"])
    images = data if data is None or labels is None else (data, labels)
    if network is not None:
        judges = _judges(network, images, split)
        evaluation = network.evaluate_on(judges.images)
    elif run is not None:
        trained = striate.load(run)
        judges = trained.judges(images, split=split)
        evaluation = trained.evaluate_on(judges.images)
    else:
        raise OptionError(
            "there is no network to evaluate",
            help=[
                "one that you trained: striate evaluate RUN",
                "or published weights: striate evaluate --net squeezenet1_0 --weights FILE "
                "--data FOLDER",
            ],
        )
    if save is not None:
        evaluation.save(save)
    if json:
        print(forms.dumps({**evaluation.as_dict(), "judged_by": judges.as_dict()}))
    else:
        told = (judges.sentence, *judges.notes)
        show(Group(evaluation, Text(), *(Text(line, overflow="fold") for line in told)))


def _judges(network: Pretrained, images: Source | None, split: str | None) -> Judges:
    """The images that judge published weights. Raises OptionError where none are named."""
    if images is None:
        raise OptionError(
            "published weights have no images of their own to judge them",
            help=["name some, in a folder for each class: --data FOLDER"],
        )
    return network.judges(images, split=split)
