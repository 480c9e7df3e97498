"""The network of a run: a text in the language, or any torch module.

A text is written out in full as net.cnn. Of a module, net.txt says for people what it is; to use
it again, its factory is called again, or the module is given again. The weights are in the run
folder either way. A module that is given is copied, and stays as it is.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import nn
from torch.nn.parameter import UninitializedBuffer, is_lazy

from striate.arithmetic.window import show
from striate.data import Collection
from striate.errors import OptionError, RunError, ShapeError
from striate.inspection.factories import Factory
from striate.language import Network, Tree, read, write
from striate.nn import build
from striate.planning import Settings, resolve
from striate.runs.folder import MODULE, NETWORK, quoted
from striate.runs.record import Record
from striate.runs.selecting import Machine, select
from striate.runs.task import WholeTask
from striate.training import Recipe
from striate.training.choosing import has_bfloat16
from striate.training.conditions import choose_device
from striate.training.ranks import decided, here
from striate.zoo import find, is_factory

AUTO = "auto"

Form = Tree | Factory | nn.Module | None
"""What a network is given as; None: it is chosen for the images."""


@dataclass(frozen=True, eq=False)
class Ready:
    """A network that fits the images: its first weights, and what a run folder says of it."""

    name: str
    model: nn.Module
    file: str
    text: str
    notes: tuple[str, ...] = ()
    factory: Factory | None = None


def form_of(network: Any, numbers: Mapping[str, int], *, also: Sequence[str] = ()) -> Form:
    """What a person gives as a network: a form of one, or a text by its path, name or words.

    Raises OptionError for anything else, and for numbers that have no place, which may be
    misspelled names of what there is `also`.
    """
    if network is None or network == AUTO:
        if numbers:
            Recipe.from_dict(numbers)  # which says that these are no fields
        return None
    if isinstance(network, str) and is_factory(network):
        return Factory(network, numbers)
    if isinstance(network, str | Path | Tree):
        return _text(network, numbers, also)
    if not isinstance(network, nn.Module | Factory):
        told = getattr(network, "__name__", type(network).__name__)
        raise OptionError(
            f"{told} is no network",
            help=["give a text, a name, or a torch module: what a class or a function makes"],
        )
    if numbers:
        Recipe.from_dict(numbers)  # which says that these are no fields
    return network


def _text(network: str | Path | Tree, numbers: Mapping[str, int], also: Sequence[str]) -> Tree:
    """A text with its numbers; those that it has not may be misspelled."""
    try:
        return find(network, numbers)
    except OptionError as error:
        meant = (get_close_matches(name, also, 1) for name in numbers)
        guesses = [f"did you mean {close[0]!r}?" for close in meant if close]
        raise OptionError(error.message, help=guesses or error.help) from None


def ready(network: Form, collection: Collection, task: WholeTask, recipe: Recipe) -> Ready:
    """The network for these images, its weights a function of the seed unless they were given."""
    if network is None:
        selection = decided(lambda: _selected(collection, task, recipe))
        name, *said = selection
        made = ready(find(name), collection, task, recipe)
        return replace(made, notes=(*said, *made.notes))
    if isinstance(network, Tree):
        classes = len(collection.classes) if task.head else None
        resolved = resolve(network, Settings(collection.size, classes, head=task.head))
        model, text = _built(resolved, recipe), write(resolved)
        return Ready(resolved.name, model, NETWORK, text, tuple(resolved.notes))
    factory = network if isinstance(network, Factory) else Factory("")
    name = factory.name.partition(":")[2] or type(network).__name__
    given = network if isinstance(network, nn.Module) else None
    model = _made(factory, given, recipe, classes=len(collection.classes), size=collection.size)
    return Ready(name, model, MODULE, f"{model}\n", factory=factory)


def _selected(collection: Collection, task: WholeTask, recipe: Recipe) -> list[str]:
    """The name of a network for these images, and why it is that."""
    if task.network is not None:
        return [task.network, f"network: {task.network}, as usual to {task.name}"]
    device = choose_device(recipe.device)
    threads = (recipe.threads or torch.get_num_threads()) * here().ranks
    machine = Machine(device, threads, has_bfloat16(device) and recipe.precision != "float32")
    images = len(collection.splits["train"])
    selection = select(images, collection.size, machine, epochs=recipe.epochs)
    return [selection.network, str(selection)]


def first(folder: Path, record: Record, given: object = None) -> nn.Module:
    """The network of a run as it was before training. Raises RunError where it has to be given."""
    factory, images = record.factory, record.images
    module = given if isinstance(given, nn.Module) and factory is not None else None
    if given is not module:
        known = "a text" if factory is None else "a module"
        raise RunError(
            f"the network of {folder} is {known}, and {type(given).__name__} is given",
            help=["leave `network` out" if factory is None else "give the module itself"],
        )
    if factory is None:
        return _built(read_network(folder, record), record.recipe)
    if module is None and not factory.name:
        raise RunError(
            f"the network of {folder} was given as a module, which no file can give again",
            help=[
                f"give it in Python: striate.load({str(folder)!r}, network=module)",
                "a network named package.module:factory is found again",
            ],
        )
    classes = len(images.classes)
    return _made(factory, module, record.recipe, classes=classes, size=images.size)


def read_network(folder: Path, record: Record) -> Network:
    """The network of a run folder, its sizes known. Raises RunError where it is no text."""
    if record.factory is not None:
        raise RunError(
            f"the network of {folder} is {record.factory.name or 'a module'}, not a text",
            help=[f"{quoted(folder / MODULE)} shows it"],
        )
    try:
        text = (folder / NETWORK).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise RunError(
            f"{folder / NETWORK} cannot be read: {error}",
            help=["bring back the file that striate wrote"],
        ) from error
    tree = read(text, source=str(folder / NETWORK))
    return resolve(tree, Settings(input=record.images.size, head=False))


def require_weights(model: nn.Module, path: Path, prefix: str) -> None:
    """Raise RunError unless a file holds weights of the names and shapes that a model has."""
    with safe_open(path, framework="pt") as file:
        keys = [key for key in file.keys() if key.startswith(prefix)]  # noqa: SIM118 (no mapping)
        there = {key.removeprefix(prefix): tuple(file.get_slice(key).get_shape()) for key in keys}
    mine = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    if there != mine:
        odd = next(k for k in {**there, **mine} if there.get(k) != mine.get(k))
        raise RunError(
            f"the network is not the one that {path} belongs to: {odd} is {there.get(odd)} there, "
            f"and {mine.get(odd)} here",
            help=["give the network that was trained"],
        )


def _built(network: Network, recipe: Recipe) -> nn.Module:
    """The network as a module whose first weights are a function of the seed."""
    with torch.random.fork_rng([]):
        torch.default_generator.manual_seed(recipe.seed)
        return build(network)


def _made(
    factory: Factory,
    given: nn.Module | None,
    recipe: Recipe,
    *,
    classes: int,
    size: tuple[int, int, int],
) -> nn.Module:
    """A module of its own: a copy of the one that was given, else what the factory makes."""
    with torch.random.fork_rng([]):
        torch.default_generator.manual_seed(recipe.seed)
        model = _copied(given or factory.make(classes=classes, input=size))
        if any(is_lazy(value) for value in (*model.parameters(), *model.buffers())):
            _tell_sizes(model, size)
    return model


def _tell_sizes(model: nn.Module, size: tuple[int, int, int]) -> None:
    """Tell lazy layers their sizes. Raises ShapeError where the network does not take images."""
    try:
        model.eval()(torch.zeros(1, *size))
    except Exception as error:  # a module may raise anything
        raise ShapeError(
            f"the network does not take images of {show(size)}: {error}",
            help=["give it images of another size: --size"],
        ) from error


def _copied(model: nn.Module) -> nn.Module:
    """A copy of a module. Raises OptionError for one that cannot be copied."""
    lazy = (value for value in model.buffers() if is_lazy(value))  # which torch does not copy
    try:
        return copy.deepcopy(model, {id(value): UninitializedBuffer() for value in lazy})
    except Exception as error:
        raise OptionError(
            f"the module {type(model).__name__} cannot be copied: {error}",
            help=["name what makes it: package.module:factory"],
        ) from error
