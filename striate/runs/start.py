"""The start of a training: the network as it was then, and what of it is trained.

What a run folder keeps of a beginning is enough to go on without the file that weights came from.
"""

from collections.abc import Callable
from pathlib import Path

from safetensors.torch import load_file
from torch import nn

from striate.data import Collection
from striate.runs.folder import START
from striate.runs.networks import first
from striate.runs.record import Record
from striate.runs.transferred import Transferred
from striate.training import Recipe, Task
from striate.training.checkpoint import packed
from striate.training.featuring import featured, parts_for
from striate.training.writing import write_whole
from striate.transfer.freezing import freeze, freeze_but, last_layers, require_trained


def hold(model: nn.Module, transfer: Transferred | None) -> None:
    """Freeze what a training holds still. Raises OptionError where nothing is left.

    Where layers are counted, what began anew is trained too: nobody has taught it anything.
    """
    if transfer is None:
        return
    if transfer.train_last:
        freeze_but(model, {*last_layers(model, transfer.train_last), *anew(model, transfer)})
    freeze(model, transfer.freeze)
    require_trained(model)


def anew(model: nn.Module, transfer: Transferred) -> set[str]:
    """The parameters of a model that begin anew."""
    return {name for name, _ in model.named_parameters()}.intersection(transfer.anew)


def write_start(folder: Path, model: nn.Module, transfer: Transferred | None) -> None:
    """Write down the weights that a training begins with, where chance alone does not say them."""
    if transfer is not None:
        (folder / START).parent.mkdir(exist_ok=True)
        write_whole(folder / START, packed(model.state_dict()))


def at_start(folder: Path, record: Record, given: nn.Module | None) -> nn.Module:
    """The network of a run as it was when its training began."""
    model = first(folder, record, given)
    if record.transfer is not None and (folder / START).exists():
        model.load_state_dict(load_file(folder / START))
    hold(model, record.transfer)
    return model


def head_and_features(
    model: nn.Module,
    collection: Collection,
    recipe: Recipe,
    task: Task,
    say: Callable[[str], None],
) -> tuple[nn.Module, Collection]:
    """What is trained, and on what: where the beginning is frozen and kept, the rest on that."""
    parts = parts_for(model, collection, recipe, task)
    if parts is None:
        return model, collection
    return parts.head, featured(parts, collection, recipe, say=say)
