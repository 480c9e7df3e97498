"""The network of a run: a text in the language, or any torch module.

A text is written out in full as net.cnn. Of a module, net.txt says for people what it is; to use
it again, its factory is called again, or the module is given again. The weights are in the run
folder either way. A module that is given is copied, and stays as it is.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn
from torch.nn.parameter import is_lazy

from striate.data import Collection
from striate.errors import OptionError, RunError
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


def form_of(network: str | Path | Form, numbers: Mapping[str, int]) -> Form:
    """What a person gives as a network. Raises OptionError for numbers that have no place."""
    if network is None or network == AUTO:
        if numbers:
            Recipe.from_dict(numbers)  # which says that these are no fields
        return None
    if isinstance(network, str) and is_factory(network):
        return Factory(network, numbers)
    if not isinstance(network, nn.Module | Factory):
        return find(network, numbers)
    if numbers:
        Recipe.from_dict(numbers)  # which says that these are no fields
    return network


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


def first(folder: Path, record: Record, given: nn.Module | None = None) -> nn.Module:
    """The network of a run as it was before training. Raises RunError where it has to be given."""
    factory, images = record.factory, record.images
    if factory is None:
        return _built(read_network(folder, record), record.recipe)
    if given is None and not factory.name:
        raise RunError(
            f"the network of {folder} was given as a module, which no file can give again",
            help=[
                f"give it in Python: striate.load({str(folder)!r}, network=module)",
                "a network named package.module:factory is found again",
            ],
        )
    classes = len(images.classes)
    return _made(factory, given, record.recipe, classes=classes, size=images.size)


def read_network(folder: Path, record: Record) -> Network:
    """The network of a run folder, its sizes known. Raises RunError where it is no text."""
    if record.factory is not None:
        raise RunError(
            f"the network of {folder} is {record.factory.name or 'a module'}, not a text",
            help=[f"{quoted(folder / MODULE)} shows it"],
        )
    tree = read((folder / NETWORK).read_text(encoding="utf-8"), source=str(folder / NETWORK))
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
            model.eval()(torch.zeros(1, *size))  # which tells lazy layers their sizes
    return model


def _copied(model: nn.Module) -> nn.Module:
    """A copy of a module. Raises OptionError for one that cannot be copied."""
    try:
        return copy.deepcopy(model)
    except Exception as error:
        raise OptionError(
            f"the module {type(model).__name__} cannot be copied: {error}",
            help=["name what makes it: package.module:factory"],
        ) from error
