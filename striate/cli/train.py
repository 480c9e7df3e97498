"""striate train: from a name or a folder of images to a trained network."""

from typing import Annotated

from cyclopts import Parameter

import striate
from striate.cli.showing import show_trained
from striate.cli.values import image_size_of, numbers_of
from striate.ops import memory
from striate.training import Recipe


def train(
    images: str,
    *numbers: str,
    net: str = "small",
    task: str = "classify",
    size: str | None = None,
    project: str = "runs",
    recipe: Annotated[Recipe, Parameter(name="*", negative_bool="no-")] = Recipe(),  # noqa: B008
    json: bool = False,
) -> None:
    """Train a network on images, and show how well it does.

    Parameters
    ----------
    images
        digits, mnist, fashion-mnist, cifar10, or a folder with a folder for each class.
    numbers
        The free numbers of the network's text: N=2 M=3.
    net
        A text, a .cnn file, or a name from the zoo.
    task
        What to train for: classify (say what is on an image) or reconstruct (give it back).
    size
        The size to bring images to: a side in pixels, or 3x64x64.
    project
        The folder that run folders are made in.
    json
        Print the result for another program.
    """
    memory.keep()
    run = striate.train(
        images,
        net,
        task=task,
        recipe=recipe,
        project=project,
        size=image_size_of(size),
        **numbers_of(numbers),
    )
    show_trained(run, json=json)
