"""Interruption: a signal ends training after the step under way, with all of it saved.

Ctrl-C and SIGTERM do, and SIGUSR1, by which a cluster tells that time is nearly over. Where several
processes train together, a signal to one of them stops them all after the same step.
"""

import contextlib
import signal
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from striate.training.ranks import here

SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGUSR1", "SIGINT")
    if hasattr(signal, name)  # Windows has no SIGUSR1
)
"""What is heeded; of several at once, the first of these."""


class RunInterrupted(KeyboardInterrupt):
    """Training was asked to stop by a signal, and everything is saved.

    >>> stop = RunInterrupted(signal.SIGTERM, Path("runs/digits-lenet5-1"), step=40)
    >>> stop.code
    143
    >>> print(stop)
    stopped after step 40; to go on: striate resume runs/digits-lenet5-1
    """

    def __init__(self, number: int, folder: Path, *, step: int) -> None:
        super().__init__(f"stopped after step {step}; to go on: striate resume {folder}")
        self.signal = number
        self.folder = folder
        self.step = step

    @property
    def code(self) -> int:
        """What a process exits with that was stopped by this signal: SIGUSR1 is as SIGTERM."""
        return 128 + (signal.SIGINT if self.signal == signal.SIGINT else signal.SIGTERM)


@dataclass
class Interruption:
    """Whether training was asked to stop, and by which signal.

    `noted` is what this process was asked, `agreed` what any of all processes was.
    """

    noted: int | None = None
    agreed: int | None = None

    @property
    def signal(self) -> int | None:
        """The signal that ends training, now."""
        return self.noted if here().alone else self.agreed

    def flags(self) -> list[bool]:
        """For each of the signals, whether this process was asked by it."""
        return [number == self.noted for number in SIGNALS]

    def agree(self, flags: Sequence[int]) -> None:
        """Take over how many of all processes were asked by each of the signals.

        >>> asked = Interruption()
        >>> asked.agree([0, *(len(SIGNALS) - 1) * [2]])
        >>> asked.agreed == SIGNALS[1], asked.signal
        (True, None)
        """
        there = [number for number, count in zip(SIGNALS, flags, strict=True) if count]
        self.agreed = there[0] if there else None


@contextlib.contextmanager
def watch() -> Generator[Interruption]:
    """Note the first of the signals instead of obeying it; the second is obeyed at once.

    Signals reach the main thread only, so elsewhere nothing is watched.
    """
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.noted = number
        restore()

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        restore()
