"""Manner: how often training saves, and where it shows itself; no weight depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console

from striate.training.loggers import Loggers
from striate.training.ranks import here


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
    loggers: Loggers = field(default_factory=Loggers)
    """The other programs that are told how it goes."""

    @classmethod
    def telling(cls, names: Sequence[str] | str) -> "Manner":
        """The usual manner, but for the other programs that are told.

        >>> Manner.telling("tensorboard").loggers.names
        ('tensorboard',)
        """
        return cls(loggers=Loggers([names] if isinstance(names, str) else names))

    def say(self, sentence: str) -> None:
        """One line of what is going on."""
        self.shown.print(sentence, markup=False, highlight=False, soft_wrap=True)

    @property
    def shown(self) -> Console:
        """Where progress is shown: of several processes that train together, by the first."""
        if not here().first:
            return Console(quiet=True)
        return self.console or Console(stderr=True)
