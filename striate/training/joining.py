"""Joining: how processes find each other, and how each learns that another has failed.

They meet at MASTER_ADDR:MASTER_PORT, where `torchrun` tells them to, and talk by gloo, between
GPUs by nccl. A process that fails leaves a word at the meeting place before it goes; the others,
whose common work breaks off, find it there.
"""

import contextlib
import json
import re
import time
from collections.abc import Generator, Mapping
from datetime import timedelta
from functools import cache
from itertools import count
from typing import Any

import torch
from torch import Tensor

from striate.errors import OptionError, RunError, StriateError

MEETING = timedelta(minutes=5)
"""How long a process waits for the others to start."""

PATIENCE = timedelta(minutes=60)
"""How long it waits for a process that is there but does not answer; one that ends is noticed."""

_WORD = "failed"
_STARTED = "start processes with: torchrun --nproc_per_node 2 -m striate train ..."
_groups = count()
_stores: list[Any] = []


def read_environment(environment: Mapping[str, str]) -> dict[str, int] | None:
    """Rank, ranks, local and near as `torchrun` sets them; None where there is one process.

    >>> read_environment({"RANK": "1", "WORLD_SIZE": "4", "LOCAL_RANK": "1", "MASTER_ADDR": "::1"})
    {'rank': 1, 'ranks': 4, 'local': 1, 'near': 4}
    """
    if "RANK" not in environment or "WORLD_SIZE" not in environment:
        return None
    rank, ranks = _whole(environment, "RANK"), _whole(environment, "WORLD_SIZE")
    if ranks == 1:
        return None
    if not rank < ranks:
        raise OptionError(f"RANK = {rank}, and WORLD_SIZE = {ranks}", help=[_STARTED])
    if "MASTER_ADDR" not in environment:
        raise OptionError(
            f"there are {ranks} processes (WORLD_SIZE), and no MASTER_ADDR where they could meet",
            help=[_STARTED, "or, for one process, unset RANK and WORLD_SIZE"],
        )
    local = _whole(environment, "LOCAL_RANK") if "LOCAL_RANK" in environment else rank
    near = ranks
    if "LOCAL_WORLD_SIZE" in environment:
        near = max(1, _whole(environment, "LOCAL_WORLD_SIZE"))
    return {"rank": rank, "ranks": ranks, "local": local, "near": near}


@contextlib.contextmanager
def group(rank: int, ranks: int) -> Generator[None]:
    """Be process `rank` of `ranks` that work together; afterwards no more."""
    import torch.distributed as dist
    from torch.distributed.distributed_c10d import PrefixStore

    both = torch.cuda.is_available() and dist.is_nccl_available()
    try:
        store = PrefixStore(f"striate{next(_groups)}", _meeting_place())
        dist.init_process_group(
            "cpu:gloo,cuda:nccl" if both else "gloo",
            store=store,
            rank=rank,
            world_size=ranks,
            timeout=PATIENCE,
        )
    except (RuntimeError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise RunError(
            f"process {rank} of {ranks} did not find the others: {first}",
            help=["start all of them within five minutes, with the same MASTER_ADDR and port"],
        ) from error
    _stores.append(store)
    leave_late = False
    try:
        yield
    except Exception as error:
        leave_late = rank > 0
        with contextlib.suppress(RuntimeError):
            store.compare_set(_WORD, "", json.dumps(as_word(error) | {"rank": rank}))
        raise
    finally:
        _stores.pop()
        with contextlib.suppress(RuntimeError):
            dist.destroy_process_group()
        if leave_late:  # whoever started the processes ends the others when one is gone
            time.sleep(1.0)


def collect(name: str, tensor: Tensor, **options: Any) -> None:
    """Have all processes work on a tensor. Raises RunError where one of them has ended."""
    wait_for(begin(name, tensor, **options))


def begin(name: str, tensor: Tensor, **options: Any) -> Any:
    """Begin to work on a tensor with all processes, and go on; see `wait_for`."""
    import torch.distributed as dist

    try:
        return getattr(dist, name)(tensor, async_op=True, **options)
    except RuntimeError as error:
        raise _lost(error) from error


def wait_for(work: Any) -> None:
    """Wait until what was begun is done."""
    try:
        work.wait()
    except RuntimeError as error:
        raise _lost(error) from error


def as_word(error: Exception) -> dict[str, Any]:
    """An error as JSON."""
    if isinstance(error, StriateError):
        return {"kind": error.kind, "message": error.message, "help": error.help}
    return {"kind": "RunError", "message": f"{type(error).__name__}: {error}", "help": []}


def as_error(word: dict[str, Any]) -> StriateError:
    """The error of another process.

    >>> as_error({"kind": "DataError", "message": "no images", "help": []})
    DataError('no images')
    """
    kinds = {kind.__name__: kind for kind in StriateError.__subclasses__()}
    return kinds.get(word["kind"], RunError)(word["message"], help=word["help"])


@cache
def _meeting_place() -> Any:
    """The store that all processes reach; one for as long as this process lives."""
    from torch.distributed.rendezvous import rendezvous

    store, _, _ = next(rendezvous("env://", timeout=MEETING))
    return store


def _lost(error: RuntimeError) -> StriateError:
    """What there is to say where the common work breaks off."""
    word = _left_word()
    if word is None:
        reason = re.sub(r"^\[.*?\] ", "", str(error).splitlines()[0]).split(". ")[0]
        return RunError(
            f"another process ended without a word ({reason})",
            help=["see what it printed; then: striate resume RUN, with as many processes"],
        )
    return as_error(word | {"message": f"process {word['rank']} failed: {word['message']}"})


def _left_word() -> dict[str, Any] | None:
    """What a process that failed has left at the meeting place, if it does within some seconds."""
    with contextlib.suppress(RuntimeError):  # who kept the place may be gone as well
        for _ in range(30):
            if _stores[-1].check([_WORD]):
                return json.loads(_stores[-1].get(_WORD))
            time.sleep(0.1)
    return None


def _whole(environment: Mapping[str, str], name: str) -> int:
    """A number of the environment. Raises OptionError for what is none."""
    text = environment[name]
    if not text.isdecimal() or (name == "WORLD_SIZE" and int(text) < 1):
        raise OptionError(f"{name} = {text!r} is no number of processes", help=[_STARTED])
    return int(text)
