"""The sentences for weights that do not fit a network: which tensor, the numbers, the remedy."""

import re
from collections.abc import Collection

from striate.arithmetic.window import show
from striate.errors import WeightsError
from striate.transfer.weights.fitting import Fit, counted
from striate.transfer.weights.loaded import level
from striate.transfer.weights.recognising import is_extra, recognise
from striate.transfer.weights.record import Weights

_NUMBERED = re.compile(r"(.*?)(\d+)")


def refuse(fit: Fit, weights: Weights, anew: Collection[str]) -> None:
    """Raise WeightsError where anything but what begins `anew` has no tensor that fits."""
    missing = [key for key in fit.missing if key not in anew]
    reshaped = [key for key, _, _ in fit.reshaped if key not in anew]
    if reshaped and not missing and _only_classes(fit, reshaped):
        raise _other_classes(fit, weights, reshaped)
    if missing or reshaped:
        raise _unfit(fit, weights, missing, reshaped)
    if not counted(tuple(key for key in fit.fitting if key not in anew)):
        raise WeightsError(
            f"nothing of {weights.source} would be used: the whole network begins anew",
            help=["leave --weights away, or let fewer layers begin anew"],
        )
    between = _between(fit)
    if between:
        raise _deeper(fit, weights, between)


def _only_classes(fit: Fit, reshaped: list[str]) -> bool:
    """Whether all that differs is how many outputs the last layer of the network has."""
    last = level(counted(fit.here)[-1])
    return all(
        level(key) == last and there[1:] == here[1:] and len(there) == len(here)
        for key, there, here in fit.reshaped
        if key in reshaped
    )


def _other_classes(fit: Fit, weights: Weights, reshaped: list[str]) -> WeightsError:
    key = reshaped[0]
    there, here = next((there, here) for name, there, here in fit.reshaped if name == key)
    return WeightsError(
        f"{weights.source} tells {there[0]:,} classes apart ({key} is {show(there)}), and the "
        f"network has {here[0]:,}",
        help=[
            f"let its last layer begin anew, and train it: --fresh {level(key)}",
            f"or give the network {there[0]:,} classes",
        ],
    )


def _unfit(fit: Fit, weights: Weights, missing: list[str], reshaped: list[str]) -> WeightsError:
    """The sentence for tensors that are missing or of another shape, and what this may be."""
    wanted, fitting = len(counted(fit.here)), len(counted(fit.fitting))
    found = recognise(weights)
    help = [f"these are the weights of {found}: --net {found}"] if found else []
    levels = list(dict.fromkeys(level(key) for key in (*reshaped, *missing)))
    if 2 * fitting >= wanted and len(levels) <= 3:
        help.append(f"or let it begin anew: {' '.join(f'--fresh {path}' for path in levels)}")
    if not help:
        help.append("name the network that they were trained in: --net NAME")
    return WeightsError(
        f"{fitting} of {wanted} tensors of the network are in {weights.source}: it wants "
        f"{_wanted(fit, missing, reshaped)}",
        help=help,
    )


def _wanted(fit: Fit, missing: list[str], reshaped: list[str]) -> str:
    """The first thing that is not right, with what is there instead."""
    more = len(missing) + len(reshaped) - 1
    others = f" (and {more} more)" if more else ""
    if reshaped:
        key, there, here = next(one for one in fit.reshaped if one[0] == reshaped[0])
        return f"{key} {_shown(here)}{others}, and the file has {_shown(there)}"
    key = missing[0]
    wants = f"{key} {_shown(fit.here[key])}{others}"
    if not fit.left:
        return f"{wants}, and the file has nothing for it"
    name = next(iter(fit.left.values()))
    return f"{wants}, and the file has {name} {_shown(fit.there[name])}"


def _shown(shape: tuple[int, ...]) -> str:
    return show(shape) or "of one number"


def _between(fit: Fit) -> list[str]:
    """What is left though it stands before something that fits: `layer1.2`, where `layer2` fits.

    A network of the same family with fewer layers would take what fits, and be another one.
    """
    taken: dict[tuple[str, ...], int] = {}
    for key in counted(fit.fitting):
        for start, number in _numbered(key):
            taken[start] = max(number, taken.get(start, 0))
    left = [key for key in counted(tuple(fit.left)) if not is_extra(key)]
    return [
        key
        for key in left
        if any(number < taken.get(start, -1) for start, number in _numbered(key))
    ]


def _numbered(key: str) -> list[tuple[tuple[str, ...], int]]:
    """Every level of a key that ends in a number: what stands before it, and the number.

    >>> _numbered("layer1.0.conv1.weight")[:2]
    [(('layer',), 1), (('layer1', ''), 0)]
    """
    levels = key.split(".")
    found = [(count, _NUMBERED.fullmatch(name)) for count, name in enumerate(levels)]
    return [((*levels[:count], one[1]), int(one[2])) for count, one in found if one]


def _deeper(fit: Fit, weights: Weights, between: list[str]) -> WeightsError:
    found = recognise(weights)
    first = fit.left[between[0]]
    return WeightsError(
        f"{weights.source} has {len(between)} tensors more than the network, between those that "
        f"fit, such as {first}: it belongs to a deeper one",
        help=[
            f"these are the weights of {found}: --net {found}"
            if found
            else "name the network that they were trained in: --net NAME"
        ],
    )
