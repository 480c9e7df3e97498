"""striate predict: name what is on images."""

import json as forms
from pathlib import Path

import striate
from striate.cli.published import published
from striate.cli.showing import show
from striate.errors import OptionError


def predict(
    run: str | None = None,
    *files: str,
    net: str | None = None,
    weights: str | None = None,
    classes: str | None = None,
    size: int | None = None,
    top: int = 5,
    output: str | None = None,
    json: bool = False,
) -> None:
    """Name what is on images.

    Parameters
    ----------
    run
        The run folder; with --net or --weights there is none, and images come first.
    files
        Image files, or folders of them. What cannot be decoded is left out, and named.
    net
        A network with published weights, in the place of a run; left out, the one that the weights
        say they are for.
    weights
        Its weights: a file, torchvision, a name on the Hugging Face hub, or an address.
    classes
        A file with the names of its classes, a line each, where the weights do not tell them.
    size
        The side in pixels of what it sees, where it is not to be that of the weights.
    top
        How many classes to name for each image.
    output
        The folder to write images to, where a network answers with images.
    json
        Print the predictions for another program.
    """
    network = published(net, weights, run=run, classes=classes, size=size)
    images = files if network is None or run is None else (run, *files)
    if run is None or not images:
        raise OptionError(
            "there is no image to name",
            help=[
                "with a network that you trained: striate predict RUN photo.jpg",
                "with published weights: striate predict --net squeezenet1_0 --weights FILE "
                "photo.jpg",
            ],
        )
    predictions = (network or striate.load(run)).predict(images, top=top)
    if output is not None:
        predictions.save(Path(output))
    if json:
        print(forms.dumps(predictions.as_dict()))
    else:
        show(predictions, whole=True)
