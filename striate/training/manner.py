"""Manner: how often training saves, and where it shows itself; no weight depends on it."""

from dataclasses import dataclass

from rich.console import Console


@dataclass(frozen=True)
class Manner:
    """How often things are done besides learning, in seconds, and where they are shown."""

    look: float = 0.1
    """The bar moves, and the loss is seen to be finite."""
    settle: float = 1.0
    """The age of a checkpoint at which the end of an epoch writes another."""
    save: float = 30.0
    """The age of a checkpoint at which any step writes another."""
    console: Console | None = None
    """Where progress is shown; standard error if None."""

    def say(self, sentence: str) -> None:
        """One line of what is going on."""
        self.shown.print(sentence, markup=False, highlight=False, soft_wrap=True)

    @property
    def shown(self) -> Console:
        """Where progress is shown."""
        return self.console or Console(stderr=True)
