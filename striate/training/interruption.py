"""Interruption: Ctrl-C and SIGTERM end training after the step under way, with all of it saved."""

import contextlib
import signal
import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType


class RunInterrupted(KeyboardInterrupt):
    """Training was asked to stop by a signal, and everything is saved.

    >>> stop = RunInterrupted(signal.SIGTERM, Path("runs/digits-lenet51"), step=40)
    >>> stop.code
    143
    >>> print(stop)
    stopped after step 40; to go on: striate resume runs/digits-lenet51
    """

    def __init__(self, number: int, folder: Path, *, step: int) -> None:
        super().__init__(f"stopped after step {step}; to go on: striate resume {folder}")
        self.signal = number
        self.folder = folder
        self.step = step

    @property
    def code(self) -> int:
        """What a process exits with that was stopped by this signal."""
        return 128 + self.signal


@dataclass
class Interruption:
    """Whether training was asked to stop, and by which signal."""

    signal: int | None = None


@contextlib.contextmanager
def watch() -> Generator[Interruption]:
    """Note the first Ctrl-C or SIGTERM instead of obeying it; the second is obeyed at once.

    Signals reach the main thread only, so elsewhere nothing is watched.
    """
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.signal = number
        restore()

    for number in numbers:
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        restore()
