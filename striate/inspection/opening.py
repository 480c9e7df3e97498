"""Opening: a torch module that is given, or named as `package.module:factory`, as a network."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from striate.errors import OptionError
from striate.inspection.diagnosis import follow, make_or_diagnose
from striate.inspection.factories import Factory
from striate.inspection.free import free_plan
from striate.language.network import Network
from striate.planning.free import FreePlan, FreeSize

USUAL = 224
"""The side that a factory is told where the size is free."""

Arguments = Mapping[str, int]


def network_of(
    source: str | nn.Module, input: Any, classes: int | None, arguments: Arguments
) -> Network:
    """The network of a module, as far as it can be followed.

    Raises OptionError where there is no input or no such module, ShapeError where it cannot be
    made.

    >>> [node.path for node in network_of("torch.nn:Flatten", (2, 3, 3), None, {}).nodes]
    ['input', 'flatten']
    """
    if input is None:
        help = ["give its size, channels first: --input 3x224x224, or input=(3, 224, 224)"]
        raise OptionError("a torch module does not say what its input is", help=help)
    return follow(_made(source, input, classes, arguments), input, name=_name(source))


def free_plan_of(
    source: str | nn.Module, size: FreeSize, classes: int | None, arguments: Arguments
) -> FreePlan:
    """What a module costs for every size at once. Raises as `network_of` does."""
    usual = size.at(dict.fromkeys(size.letters, USUAL))
    return free_plan(_made(source, usual, classes, arguments), size, name=_name(source))


def _made(
    source: str | nn.Module, input: Any, classes: int | None, arguments: Arguments
) -> nn.Module:
    """The module itself."""
    if isinstance(source, nn.Module):
        return source
    factory = Factory(source, arguments)
    return make_or_diagnose(lambda: factory.outline(classes=classes, input=input), input)


def _name(source: str | nn.Module) -> str | None:
    return source.partition(":")[2] if isinstance(source, str) else None
