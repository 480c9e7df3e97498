"""What stands before a failure, on the way of the tensors that arrive there, nearest first."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice, zip_longest
from typing import Any

from torch import Tensor

from striate.inspection.diagnosis.edits import Edit, Remade
from striate.inspection.diagnosis.numbers import LEAVING, given_by_name, own, parameters
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal
from striate.inspection.diagnosis.settings import settings
from striate.inspection.refusals import each

_DEEP = 4
_LEVELLING = frozenset(("mean", "sum", "amax", "max"))
_MIXING = frozenset(("cat", "matmul", "bmm", "einsum", "linear"))


def ancestors(failure: Rehearsal, tensors: Iterable[Tensor]) -> Iterator[Performed]:
    """The calls that tensors came from, the last one first."""
    made: dict[int, list[int]] = {}
    for number, done in enumerate(failure.performed):
        for tensor in done.made:
            made.setdefault(id(tensor), []).append(number)
    waiting: set[int] = set()

    def wait(tensors: Iterable[Tensor], before: int) -> None:
        for tensor in tensors:
            numbers = [number for number in made.get(id(tensor), ()) if number < before]
            waiting.update(numbers[-1:])

    wait(tensors, len(failure.performed))
    while waiting:
        number = max(waiting)
        waiting.remove(number)
        yield failure.performed[number]
        wait(failure.performed[number].given, number)


def shaping(failure: Rehearsal, tensors: Iterable[Tensor]) -> Iterator[Performed]:
    """Those of them whose numbers decide how many places there are."""
    for done in ancestors(failure, tensors):
        if done.name in _LEVELLING or done.name.startswith("adaptive"):
            return  # however many places there were
        if "kernel_size" in parameters(done.name) or done.name.startswith("conv"):
            yield done


def other_windows(
    failure: Rehearsal, tensors: Sequence[Tensor], *, deep: int = _DEEP
) -> Iterator[Edit]:
    """Windows on the way with other padding, stride or kernel: the smallest changes first."""
    layers = list(islice(shaping(failure, tensors), deep))
    changes = [list(windows_like(done)) for done in layers]
    for together in zip_longest(*changes):
        yield from (edit for edit in together if edit is not None)


def windows_like(done: Performed) -> Iterator[Edit]:
    """The same call with a window that is a little different."""
    given, axes = given_by_name(done), _axes(done)
    if not given or axes < 1:
        return
    changed = partial(_with, done)
    if "output_padding" in given:
        added = each(given["output_padding"], axes)
        yield from changed(output_padding=one_number([n + 1 for n in added]))
    if "ceil_mode" in given and not given["ceil_mode"]:
        yield from changed(ceil_mode=True)
    padding, stride = given["padding"], given["stride"]
    if not isinstance(padding, str):
        yield from changed(padding=_moved(each(padding, axes), 1))
        yield from changed(padding=_moved(each(padding, axes), -1))
    kernel = kernel_of(done)
    if stride is not None and max(each(stride, axes)) > 1:
        yield from changed(stride=1)
    yield from with_kernel(done, _moved(kernel, 1))
    if min(kernel) > 1:
        yield from with_kernel(done, _moved(kernel, -1))
    yield from changed(stride=2)


def kernel_of(done: Performed) -> tuple[int, ...]:
    """The kernel of a call that slides a window."""
    given = given_by_name(done)
    if "kernel_size" in given:
        return each(given["kernel_size"], _axes(done))
    return tuple(given["weight"].shape[2:])


def with_kernel(done: Performed, kernel: Any) -> Iterator[Edit]:
    """The same call with another kernel; a pool that steps by its kernel still does."""
    given = given_by_name(done)
    if kernel is None:
        return
    steps = "kernel_size" in given and given["stride"] not in (None, [])
    if steps and each(given["stride"], _axes(done)) == kernel_of(done):
        yield from _with(done, kernel_size=kernel, stride=kernel)
    else:
        yield from _with(done, kernel_size=kernel)


def _axes(done: Performed) -> int:
    given = given_by_name(done)
    if "weight" in given:
        return given["weight"].ndim - 2
    digits = [int(letter) for letter in done.name if letter.isdigit()]
    return digits[0] if digits else 0


def _with(done: Performed, **numbers: Any) -> Iterator[Edit]:
    if None in numbers.values():
        return
    edit = own(done, **numbers)
    if edit is not None:
        yield edit


def _moved(numbers: Sequence[int], by: int) -> Any:
    """Each number moved; None where one would be below what it may be."""
    moved = [number + by for number in numbers]
    return None if min(moved) < 0 else one_number(moved)


def one_number(numbers: Sequence[int]) -> Any:
    """One number for all axes where they agree."""
    return numbers[0] if len(set(numbers)) == 1 else tuple(numbers)


def more_channels(
    failure: Rehearsal, tensor: Tensor, wanted: int, *, axis: int = 1
) -> Iterator[Edit]:
    """The layer that made the channels or features of a tensor, made for another number."""
    for done in ancestors(failure, [tensor]):
        itself = failure.failed is not None and done.path == failure.failed.path
        known = settings(done.owner) if done.owner is not None and not itself else {}
        for name in LEAVING:
            if name in known:
                if known[name] == tensor.shape[axis]:  # else they were flattened since, or joined
                    says = f"{name}={wanted} in {done.called}"
                    yield Remade(says, f"{name} in {done.called}", done.path, {name: wanted})
                return
        if done.name in _MIXING or done.name.startswith("conv"):
            return


def maker(failure: Rehearsal, tensor: Tensor) -> str:
    """Where a tensor comes from, in words: the nearest layer, or the input."""
    failed, met = failure.failed, {id(tensor)}
    for done in ancestors(failure, [tensor]):
        within = failed is not None and failed.owner is not None and done.path == failed.path
        if done.owner is not None and not (within and failed and done.site != failed.site):
            return done.called
        met.update(map(id, done.given))
    return "the input" if met & failure.inputs else "the module itself"
