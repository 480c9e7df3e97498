"""What a call means: the record that describes it, if its own rules give what torch gave."""

from collections.abc import Sequence
from functools import lru_cache
from math import prod

from striate.arithmetic.window import Size
from striate.errors import StriateError
from striate.inspection.calls import Call, Said, Step
from striate.inspection.meanings.table import MEANINGS
from striate.inspection.values import Value
from striate.language import layers as L
from striate.planning.sizes import output


@lru_cache(maxsize=4096)
def leaving(layer: L.Layer, arriving: tuple[Size, ...]) -> Size:
    """The size that leaves a layer, by the rules of its record; ShapeError if it does not fit.

    >>> leaving(L.Flatten(), ((3, 2, 2),))
    (12,)
    """
    return tuple(quantity.value for quantity in output(layer, arriving))


def meant(call: Call) -> Said:
    """What a call means, if the record's own rules give the size that torch gave."""
    meaning = MEANINGS.get(call.name)
    if meaning is None:
        return None
    try:
        said = meaning(call, *call.args, **call.kwargs)
        if isinstance(said, Step):
            arriving = tuple(call.size(tensor) for tensor in said.reads)
            size = leaving(said.layer, arriving)
            if call.made and not _fits(said, size, tuple(call.made[0].shape)):
                return None
        return said
    except (StriateError, TypeError, ValueError, KeyError, IndexError, AttributeError):
        return None  # called in a way that no record describes


def does(layer: L.Layer, sizes: Sequence[Size], wanted: Sequence[Size]) -> bool:
    """Whether a layer gives the same for values of these sizes as for those that are wanted."""
    if tuple(sizes) == tuple(wanted):
        return True
    try:
        found = leaving(layer, tuple(sizes))
    except StriateError:
        return False
    made = leaving(layer, tuple(wanted))
    return found[: len(made)] == made and prod(found[len(made) :]) == 1


def _fits(said: Step, size: Size, shape: Size) -> bool:
    """Whether a record gives what torch gave; an average over all places may have no axes left."""
    found = Value(0, said.roles).size(shape)
    return size == found or (isinstance(said.layer, L.GlobalAverage) and size[:1] == found)
