"""Opening: whatever a person gives as a network, with its sizes filled in.

That is a text, a `.cnn` file, a name of the zoo, a Network, a torch module, or the name of what
makes one. torch is loaded for the last two alone: without it the rest goes on.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from striate.errors import OptionError
from striate.language import Network, Tree
from striate.planning import Plan, Settings, plan, resolve
from striate.planning.diagnosis import followed
from striate.planning.entrance import check_input
from striate.planning.free import FreeSize, free_plan
from striate.zoo import find, is_factory

Arguments = Mapping[str, int]


def is_module(source: Any) -> bool:
    """Whether a torch module is given or named; torch is not loaded to tell.

    >>> is_module("lenet5"), is_module("torch.nn:Flatten")
    (False, True)
    """
    torch = sys.modules.get("torch")
    return is_factory(source) or (torch is not None and isinstance(source, torch.nn.Module))


def sized(
    source: Any, input: Any, classes: int | None, arguments: Arguments, *, strict: bool = False
) -> Network:
    """A network with all sizes filled in; of a module that fails, as far as it goes.

    >>> [node.path for node in sized("INPUT 1x8x8 -> FC 2", None, None, {}).nodes]
    ['input', '0']
    """
    if is_module(source):
        from striate.inspection.opening import network_of

        if strict:
            help = ["without it the notes of the plan say what flooring drops"]
            raise OptionError("strict is for a text, not for a torch module", help=help)
        return network_of(source, input, classes, arguments)
    size = _one_size(input)
    if isinstance(source, Network):
        check_input(source, size)
        return source
    return resolve(find(source, arguments), Settings(size, classes, strict=strict))


def _one_size(input: Any) -> tuple[int, ...] | None:
    """The size of the only input of a text."""
    size = None if input is None else tuple(input)
    if size and not all(isinstance(n, int) for n in size):
        help = ["give one size, channels first: 3x224x224"]
        raise OptionError("a text has one input, and several are for a torch module", help=help)
    return size


def in_letters(
    source: Any, input: str, classes: int | None, arguments: Arguments, *, strict: bool = False
) -> Any:
    """The FreePlan of an input with letters, "3xHxW", which is any size.

    >>> print(in_letters("INPUT -> POOL 2x2", "1xHxW", None, {}).rows[-1].size[1])
    H//2
    """
    size = FreeSize.of(input)
    if strict:
        help = ["without --strict it says which sizes lose nothing"]
        raise OptionError("strict is for an input size of numbers", help=help)
    if is_module(source):
        from striate.inspection.opening import free_plan_of

        return free_plan_of(source, size, classes, arguments)
    if isinstance(source, Network):
        help = ["give its text, or the module itself"]
        raise OptionError("a network of known sizes is for its own input alone", help=help)
    return free_plan(find(source, arguments), size, Settings(classes=classes))


def followed_plan(source: Any, input: Any, classes: int | None, arguments: Arguments) -> Plan:
    """The plan of a network, as far as it goes where something does not fit.

    >>> plan = followed_plan("INPUT 1x4x4 -> CONV 2 7x7 -> FC 2", None, None, {})
    >>> plan.network.error is not None
    True
    """
    if isinstance(source, Plan):
        check_input(source.network, input)
        return source
    if is_module(source) or isinstance(source, Network):
        return plan(sized(source, input, classes, arguments))
    if not isinstance(source, str | Path | Tree):
        help = ["a network is a text, a .cnn file, a name that `striate zoo` lists, or a module"]
        raise OptionError(f"{type(source).__name__} is no network", help=help)
    return plan(followed(find(source, arguments), Settings(_one_size(input), classes)))
