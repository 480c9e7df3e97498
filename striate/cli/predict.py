"""striate predict: name what is on images."""

import json as forms
from pathlib import Path

import striate
from striate.cli.showing import show
from striate.errors import OptionError


def predict(
    run: str, *files: str, top: int = 5, output: str | None = None, json: bool = False
) -> None:
    """Name what is on images.

    Parameters
    ----------
    run
        The run folder.
    files
        Image files.
    top
        How many classes to name for each image.
    output
        The folder to write images to, where a network answers with images.
    json
        Print the predictions for another program.
    """
    if not files:
        raise OptionError("there is no image to name", help=[f"striate predict {run} photo.jpg"])
    predictions = striate.load(run).predict(files, top=top)
    if output is not None:
        predictions.save(Path(output))
    if json:
        print(forms.dumps(predictions.as_dict()))
    else:
        show(predictions)
