"""Ranks: the processes that train one network together, and what they tell each other.

    torchrun --nproc_per_node 2 -m striate train ...

starts them, on one machine or many. Each learns from its part of every batch; what has to be the
same in all of them is decided by the first and told to the others, as JSON. With one process
everything here is the identity, and torch.distributed is left alone.
"""

import contextlib
import json
import os
from collections.abc import Callable, Generator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from striate.errors import DataError, StriateError
from striate.training import joining

T = TypeVar("T")


@dataclass(frozen=True)
class Ranks:
    """This process is number `rank` of `ranks`, and number `local` of the `near` on its machine.

    >>> Ranks().first, Ranks(rank=1, ranks=2).first
    (True, False)
    """

    rank: int = 0
    ranks: int = 1
    local: int = 0
    near: int = 1

    @property
    def alone(self) -> bool:
        """Whether there is no other process."""
        return self.ranks == 1

    @property
    def first(self) -> bool:
        """Whether this is the process that decides, writes and speaks."""
        return self.rank == 0

    @property
    def threads(self) -> int | None:
        """How many threads a process may have that shares its machine; None if that is open."""
        if self.near == 1 or "OMP_NUM_THREADS" in os.environ:
            return None
        return max(1, (os.cpu_count() or 1) // self.near)

    def sum(self, tensor: Tensor) -> Tensor:
        """The sum of a tensor over all processes, in place and the same bits in each."""
        if not self.alone:
            joining.collect("all_reduce", tensor)
        return tensor

    def spread(self, tensor: Tensor) -> None:
        """Put the tensor of the first process in its place in all, whatever its type."""
        if not self.alone and tensor.numel():
            whole = tensor.detach().contiguous().flatten()
            joining.collect("broadcast", whole.view(torch.uint8), src=0)
            tensor.detach().copy_(whole.view(tensor.shape))


ALONE = Ranks()
_here: ContextVar[Ranks] = ContextVar("ranks", default=ALONE)


def here() -> Ranks:
    """Which of the processes this is.

    >>> here()
    Ranks(rank=0, ranks=1, local=0, near=1)
    """
    return _here.get()


@contextlib.contextmanager
def joined() -> Generator[Ranks]:
    """Be one of the processes that the environment tells of, if it tells of several.

    Wherever one of them fails, all end: the first with the sentence of the one that failed.
    Raises OptionError for an environment that cannot be, RunError where processes are missing.
    """
    found = None if not here().alone else joining.read_environment(os.environ)
    if found is None:
        yield here()
        return
    with joining.group(found["rank"], found["ranks"]), as_ranks(Ranks(**found)) as ranks:
        yield ranks


@contextlib.contextmanager
def as_ranks(ranks: Ranks) -> Generator[Ranks]:
    """Be this one; with ALONE, as if there were no others."""
    before = _here.set(ranks)
    try:
        yield ranks
    finally:
        _here.reset(before)


def decided(function: Callable[[], T]) -> T:
    """What `function` gives in the first process, a value of JSON, in all; its errors likewise.

    There it runs as if there were no others, who wait.

    >>> decided(lambda: [1, 2])
    [1, 2]
    """
    ranks = here()
    if ranks.alone:
        return function()
    word: dict[str, Any] = {}
    if ranks.first:
        try:
            with as_ranks(ALONE):
                word = {"value": function()}
        except StriateError as error:
            _tell({"error": joining.as_word(error)})
            raise
    word = _tell(word)
    if "error" in word:
        raise joining.as_error(word["error"])
    return word["value"]


def only_first(function: Callable[[], T]) -> T | None:
    """What `function` gives, run by the first process alone; the others wait, and get None."""
    kept: list[T] = []
    decided(lambda: kept.append(function()))
    return kept[0] if kept else None


def everywhere(function: Callable[[], T]) -> T:
    """What `function` gives here; where it raises a StriateError anywhere, all raise that.

    >>> everywhere(lambda: 3)
    3
    """
    ranks, failed = here(), False
    if ranks.alone:
        return function()
    kept: list[T] = []
    word: dict[str, Any] = {}
    try:
        kept.append(function())
    except StriateError as error:
        word, failed = joining.as_word(error), True
    speaker = _speaker(failed=failed)
    if speaker is not None:
        raise joining.as_error(_tell(word, speaker))
    return kept[0]


def require_same(value: str, what: str) -> None:
    """Raise DataError in all processes where `what` is not the same in all of them."""
    expected, rank = decided(lambda: value), here().rank

    def compare() -> None:
        if value != expected:
            raise DataError(
                f"process {rank} finds other {what} than process 0: {value[:12]}, not "
                f"{expected[:12]}",
                help=["give every machine the same files under the same path"],
            )

    everywhere(compare)


def wait() -> None:
    """Go on when all processes have come to this line."""
    _speaker(failed=False)


def _speaker(*, failed: bool) -> int | None:
    """The first of the processes that failed, if one did."""
    ranks = here()
    flags = torch.zeros(ranks.ranks)
    flags[ranks.rank] = float(failed)
    ranks.sum(flags)
    return int(flags.argmax()) if flags.any() else None


def _tell(word: dict[str, Any], speaker: int = 0) -> dict[str, Any]:
    """The word of one process, in all of them."""
    content = json.dumps(word).encode()
    length = torch.tensor(len(content))
    joining.collect("broadcast", length, src=speaker)
    told = torch.zeros(int(length), dtype=torch.uint8)
    if here().rank == speaker:
        told = torch.tensor(list(content), dtype=torch.uint8)
    joining.collect("broadcast", told, src=speaker)
    return json.loads(bytes(told.tolist()))
