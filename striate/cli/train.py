"""striate train: from a name or a folder of images to a trained network."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from cyclopts import Parameter

import striate
from striate.cli.flags import Flags, as_flags, group_called
from striate.cli.showing import show_either, show_trained
from striate.cli.values import Log, image_size_of, numbers_of
from striate.ops import memory
from striate.training import Recipe

TRANSFER = group_called("Transfer")


def train(
    images: str,
    *numbers: str,
    net: str = "auto",
    labels: str | None = None,
    task: str = "classify",
    size: str | None = None,
    project: str = "runs",
    weights: Annotated[str | None, Parameter(group=TRANSFER)] = None,
    transfer: Annotated[str, Parameter(group=TRANSFER)] = "auto",
    freeze: Annotated[tuple[str, ...], Parameter(group=TRANSFER)] = (),
    train_last: Annotated[int, Parameter(group=TRANSFER)] = 0,
    fresh: Annotated[tuple[str, ...], Parameter(group=TRANSFER)] = (),
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
    weights
        What to begin from: a file (.safetensors, .pth), a run folder, torchvision, a name on the
        Hugging Face hub (timm/resnet18.a1_in1k), or an address. `striate weights` lists names.
    transfer
        How much is trained of a network with weights: little (the last layer), medium (that first,
        then all, the first layers least), much (all) or none (as if it began at random); auto: by
        the number of images.
    freeze
        What is not trained: a path, the beginning of one, or a pattern: features, 'layer[12].*'.
    train_last
        How many layers are trained, counted from the last.
    fresh
        What begins anew although there are weights for it, named as in --freeze.
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
    asked: dict[str, Any] = {
        "weights": weights,
        "freeze": freeze,
        "train_last": train_last,
        "fresh": fresh,
    }
    options |= {name: value for name, value in asked.items() if value}
    options |= numbers_of(numbers) | ({"transfer": transfer} if transfer != "auto" else {})
    if find_lr:
        found = striate.find_rate(images, net, **options)
        show_either(found, found.as_dict(), json=json)
        if not json:
            given: dict[str, Any] = {
                "net": net,
                "labels": labels,
                "task": task,
                "size": size,
                "project": project,
            }
            given |= {**asked, "transfer": transfer}
            print(f"Next: {_command(images, numbers, given, replace(recipe, lr=found.suggested))}")
        return
    options |= {"log": log} if log else {}
    if repeat != 1:
        repeated = striate.repeat(images, net, times=repeat, **options)
        if repeated.values:
            show_either(repeated, repeated.as_dict(), json=json)
    else:
        show_trained(striate.train(images, net, **options), json=json)


def _command(images: str, numbers: Sequence[str], given: Mapping[str, Any], recipe: Recipe) -> str:
    """The command that trains by a recipe; what is `given` as it is by itself is left out."""
    usual = {"net": "auto", "task": "classify", "project": "runs", "transfer": "auto"}
    words = ["striate", "train", images, *numbers]
    for name, value in given.items():
        for one in value if isinstance(value, tuple) else (value,):
            if one and one != usual.get(name):
                words += [f"--{name.replace('_', '-')}", str(one)]
    return shlex.join([*words, *as_flags(recipe)])
