"""striate train: from a name or a folder of images to a trained network."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from cyclopts import Parameter

import striate
from striate.cli.flags import Flags, as_flags
from striate.cli.showing import show_either, show_trained
from striate.cli.values import Log, image_size_of, numbers_of
from striate.ops import memory
from striate.training import Recipe


def train(
    images: str,
    *numbers: str,
    net: str = "auto",
    labels: str | None = None,
    task: str = "classify",
    size: str | None = None,
    project: str = "runs",
    recipe: Annotated[Flags, Parameter(name="*", negative_bool="no-")] = Flags(),  # noqa: B008
    log: Log = (),
    repeat: int = 1,
    find_lr: bool = False,
    json: bool = False,
) -> None:
    """Train a network on images, and show how well it does.

    Parameters
    ----------
    images
        digits, mnist, fashion-mnist, cifar10, a folder with a folder for each class, an .npz file,
        a .csv list of files and labels, or shards: 'data-{000..063}.tar'.
    numbers
        The free numbers of the network's text: N=2 M=3.
    net
        A text, a .cnn file, a name from the zoo, or package.module:factory; auto: by the size and
        number of the images and by the machine.
    labels
        A .csv list, with the columns file and label, of files in the folder of images.
    task
        What to train for: classify (say what is on an image) or reconstruct (give it back).
    size
        The size to bring images to: a side in pixels, or 3x64x64.
    project
        The folder that run folders are made in.
    log
        Programs that are told how it goes, if they are installed: tensorboard, wandb, mlflow.
        Behind torchrun, which has a --log of its own: --logger.
    repeat
        Train from so many seeds, and show the mean and its 95 % interval.
    find_lr
        Do not train: try learning rates, and show which to take.
    json
        Print the result for another program.
    """
    memory.keep()
    recipe = Recipe.from_dict(recipe.as_dict())
    options: dict[str, Any] = {"task": task, "recipe": recipe, "project": project}
    options |= {"size": image_size_of(size), **({"labels": labels} if labels else {})}
    options |= numbers_of(numbers)
    if find_lr:
        found = striate.find_rate(images, net, **options)
        show_either(found, found.as_dict(), json=json)
        if not json:
            given = {"net": net, "labels": labels, "task": task, "size": size, "project": project}
            print(f"Next: {_command(images, numbers, given, replace(recipe, lr=found.suggested))}")
        return
    options |= {"log": log} if log else {}
    if repeat != 1:
        repeated = striate.repeat(images, net, times=repeat, **options)
        if repeated.values:
            show_either(repeated, repeated.as_dict(), json=json)
    else:
        show_trained(striate.train(images, net, **options), json=json)


def _command(
    images: str, numbers: Sequence[str], given: Mapping[str, str | None], recipe: Recipe
) -> str:
    """The command that trains by a recipe; what is `given` as it is by itself is left out."""
    usual = {"net": "auto", "task": "classify", "project": "runs"}
    words = ["striate", "train", images, *numbers]
    for name, value in given.items():
        if value is not None and value != usual.get(name):
            words += [f"--{name}", value]
    return shlex.join([*words, *as_flags(recipe)])
