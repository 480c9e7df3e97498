"""Remedies where tensors meet that do not agree: sums, concatenations, products of matrices."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, permutations, zip_longest
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from striate.inspection.calls import tensors_in
from striate.inspection.diagnosis import inputs
from striate.inspection.diagnosis.earlier import more_channels, other_windows
from striate.inspection.diagnosis.edits import Edit, Recalled, receiving
from striate.inspection.diagnosis.settings import Unsuitable
from striate.inspection.diagnosis.trials import Fix, Trials

_ORDINALS = ("first", "second", "third", "fourth")


def joined(trials: Trials) -> Iterator[Fix]:
    """A sum or a concatenation: one branch made to agree with another; then other inputs."""
    parts = _parts(trials)
    if any(part.ndim != parts[0].ndim for part in parts):
        yield from trials.first(_stretched(trials, parts))
        return
    if _differ(parts, 1) and trials.done.name != "cat":
        for one, other in permutations(parts, 2):
            if one.shape[1] != other.shape[1]:
                edit = next(more_channels(trials.failure, one, other.shape[1]), None)
                yield from trials.together(edit)
    if any(_differ(parts, axis) for axis in range(2, parts[0].ndim)):
        yield from islice(trials.first(_resizing(trials, parts), most=24), 2)
        yield from inputs.multiples(trials)
        yield from trials.first(_fitted(trials, parts))
    elif _differ(parts, 1):
        yield from trials.first(_side_by_side(trials, parts))


def _stretched(trials: Trials, parts: Sequence[Tensor]) -> Iterator[Edit]:
    """Channels alone, or features, spread over the places of the other value."""
    most = max(part.ndim for part in parts)
    for place, part in enumerate(parts[: len(_ORDINALS)]):
        more = most - part.ndim
        if more and part.ndim == 2:
            index = (slice(None), slice(None), *(None,) * more)
            shown = ", ".join((":", ":", *("None",) * more))
            says = f"x[{shown}] of the {_ORDINALS[place]} value in {trials.done.called}"
            change = receiving(place, partial(_indexed, index))
            yield Recalled(says, "stretched", trials.done.site, change)
    edits = [own_flat(trials, place) for place, part in enumerate(parts) if part.ndim == most]
    yield from (edit for edit in edits if edit is not None)


def own_flat(trials: Trials, place: int) -> Edit | None:
    """The value with more axes averaged over them, before they meet."""
    if place >= len(_ORDINALS):
        return None
    says = f"x.mean((2, 3)) of the {_ORDINALS[place]} value in {trials.done.called}"
    change = receiving(place, lambda tensor: tensor.mean((2, 3)))
    return Recalled(says, "averaged", trials.done.site, change)


def _indexed(index: Any, tensor: Tensor) -> Tensor:
    return tensor[index]


def _parts(trials: Trials) -> list[Tensor]:
    """The tensors that meet."""
    return list(tensors_in(trials.done.args))


def _differ(parts: Sequence[Tensor], axis: int) -> bool:
    return len({part.shape[axis] for part in parts if axis < part.ndim}) > 1


def _resizing(trials: Trials, parts: Sequence[Tensor]) -> Iterator[Edit]:
    """The last windows of each branch, a little different."""
    changes = [list(other_windows(trials.failure, [part], deep=2)) for part in parts]
    for together in zip_longest(*changes):
        yield from (edit for edit in together if edit is not None)


def _fitted(trials: Trials, parts: Sequence[Tensor]) -> Iterator[Edit]:
    """The smaller tensors padded, or the larger ones cut, where they meet."""
    most = [max(part.shape[axis] for part in parts) for axis in range(2, parts[0].ndim)]
    for place, part in enumerate(parts):
        pairs = [(0, n - m) for n, m in zip(most, part.shape[2:], strict=True)][::-1]
        pads = tuple(number for pair in pairs for number in pair)
        if max(pads) > 0 and place < len(_ORDINALS):
            says = f"F.pad(x, {pads}) of the {_ORDINALS[place]} value in {trials.done.called}"
            change = receiving(place, _padding(pads))
            yield Recalled(says, "padded", trials.done.site, change)


def _padding(pads: tuple[int, ...]) -> Callable[[Tensor], Tensor]:
    return lambda tensor: functional.pad(tensor, pads)


def _side_by_side(trials: Trials, parts: Sequence[Tensor]) -> Iterator[Edit]:
    """The channels side by side in place of their sum."""
    if trials.done.name not in ("add", "radd") or len(parts) != 2:
        return

    def change(func: Any, given: Any) -> Any:
        if str(getattr(func, "__name__", "")).endswith("add_"):
            raise Unsuitable("what works in place keeps its size")
        return torch.cat, ((list(given[0]), 1), {})

    says = f"torch.cat((a, b), 1) in place of {trials.done.called}"
    yield Recalled(says, "cat", trials.done.site, change)


def parted(trials: Trials) -> Iterator[Fix]:
    """A split: as many channels as its parts hold, or parts that hold what arrives."""
    done = trials.done
    lengths = done.args[1] if len(done.args) > 1 else done.kwargs.get("split_size_or_sections")
    axis = done.args[2] if len(done.args) > 2 else done.kwargs.get("dim", 0)
    if not isinstance(lengths, list | tuple) or not isinstance(axis, int):
        return
    last = done.given[0].shape[axis] - sum(lengths[:-1])
    if last > 0:
        parts = [*lengths[:-1], last]

        def change(func: Any, given: Any) -> Any:
            return func, ((given[0][0], parts, *given[0][2:]), given[1])

        says = f"parts of {parts} in {done.called}"
        yield from trials.first([Recalled(says, "parts", done.site, change)])
    yield from trials.together(
        next(more_channels(trials.failure, done.given[0], sum(lengths)), None)
    )
    yield from inputs.with_channels(trials, sum(lengths))


def multiplied(trials: Trials) -> Iterator[Fix]:
    """A product of matrices: one turned, or one of the layers before made for the other."""
    parts = _parts(trials)[:2]
    if len(parts) < 2 or min(part.ndim for part in parts) < 2:
        return
    turned = receiving(1, lambda tensor: tensor.transpose(-2, -1))
    says = f"transpose(-2, -1) of the second value in {trials.done.called}"
    if trials.done.name in ("matmul", "bmm", "mm"):
        yield from trials.first([Recalled(says, "turned", trials.done.site, turned)])
    for one, other in permutations(parts, 2):
        for wanted in dict.fromkeys((other.shape[-1], other.shape[-2])):
            for axis in (-1, -2) if one.shape[-1] != wanted else ():
                edit = next(more_channels(trials.failure, one, wanted, axis=axis), None)
                yield from trials.together(edit)
    yield from inputs.beside(trials)


REMEDIES: Mapping[str, Callable[[Trials], Iterator[Fix]]] = {
    **dict.fromkeys(("add", "radd", "iadd", "sub", "isub", "mul", "imul", "div", "rsub"), joined),
    **dict.fromkeys(("truediv", "itruediv", "cat", "concat", "concatenate", "stack"), joined),
    "split": parted,
    **dict.fromkeys(("matmul", "bmm", "mm", "scaled_dot_product_attention", "einsum"), multiplied),
}
