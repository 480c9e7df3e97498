"""Working: threads beside each other, in each of which torch works alone.

Pictures are many and small: it pays to give each thread one of its own, and not to share one.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import torch

MANY = 100
"""From so many items on, a bar shows how far it is."""

Given = TypeVar("Given")
Made = TypeVar("Made")


@cache
def workers(count: int) -> ThreadPoolExecutor:
    """So many threads, always the same ones.

    >>> list(workers(2).map(abs, [-1, 2])), workers(2).submit(torch.get_num_threads).result()
    ([1, 2], 1)
    """
    pool = ThreadPoolExecutor(count, thread_name_prefix="striate")
    everyone, before = threading.Barrier(count), torch.get_num_threads()

    def begin() -> None:
        torch.get_num_threads()  # torch counts its threads anew when it is first asked in a thread
        torch.set_num_threads(1)
        everyone.wait()

    for started in [pool.submit(begin) for _ in range(count)]:
        started.result()
    torch.set_num_threads(before)  # for threads that begin later: the number is theirs too
    return pool


def in_turn(
    function: Callable[[Given], Made], items: Sequence[Given], what: str
) -> Generator[Made]:
    """What a function makes of every item, in their order; a few at a time, by all processors.

    >>> list(in_turn(abs, [-1, 2, -3], "counting"))
    [1, 2, 3]
    """
    from rich.console import Console
    from rich.progress import track

    console, count, most = Console(stderr=True), len(items), 4 * (os.cpu_count() or 1)
    hidden = not console.is_terminal or count < MANY
    pending: deque[Future[Made]] = deque()
    pool = workers(os.cpu_count() or 1)
    try:
        for item in track(items, what, count, console=console, transient=True, disable=hidden):
            pending.append(pool.submit(function, item))
            if len(pending) > most:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()
