"""What a training began from: published weights, and what of the network was held still."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from striate.errors import OptionError
from striate.transfer.regimes import REGIMES, Choice

AUTO = "auto"


@dataclass(frozen=True)
class Asked:
    """What a person asks to begin from, and to be trained of it.

    Raises OptionError for what cannot be, or not together.

    >>> Asked(transfer="little")
    Traceback (most recent call last):
    striate.errors.OptionError: transfer = little brings weights from elsewhere, and none are named
      help: name them: --weights FILE; `striate weights` lists what can be had by name
    """

    weights: str | Path | None = None
    """A file, a name, or an address; None: the network begins at random, or as it is given."""
    transfer: str = AUTO
    """little, medium, much or none; auto: by the number of training images."""
    freeze: tuple[str, ...] = ()
    """Paths and patterns of what is not trained."""
    train_last: int = 0
    """How many layers are trained, counted from the last; 0: those that `transfer` says."""
    fresh: tuple[str, ...] = ()
    """Paths and patterns of what begins anew although there are weights for it."""

    def __post_init__(self) -> None:
        for name in ("freeze", "fresh"):
            given = getattr(self, name)
            patterns = (given,) if isinstance(given, str) else tuple(given)
            object.__setattr__(self, name, patterns)
        Choice.of(1, self.transfer)  # which says so where there is no such regime
        if isinstance(self.train_last, bool) or self.train_last not in range(1_000_000):
            help = ["train_last takes a number of layers, such as 2"]
            raise OptionError(f"train_last = {self.train_last} cannot be", help=help)
        if self.freeze and self.train_last:
            help = ["freeze names what is not trained, train_last counts what is: give one of them"]
            raise OptionError("freeze and train_last are both given", help=help)
        if self.weights is None and (self.transfer not in (AUTO, "none") or self.fresh):
            what = "fresh" if self.fresh else f"transfer = {self.transfer}"
            raise OptionError(
                f"{what} brings weights from elsewhere, and none are named",
                help=["name them: --weights FILE; `striate weights` lists what can be had by name"],
            )

    @property
    def nothing(self) -> bool:
        """Whether training begins at random, and all of it is trained."""
        return self.weights is None and not self.freeze and not self.train_last


@dataclass(frozen=True)
class Transferred:
    """What recipe.toml says of it: enough to tell where weights are from, and to go on.

    What is not trained follows from `freeze` and `train_last`.
    """

    regime: str
    weights: str = ""
    file: str = ""
    sha256: str = ""
    licence: str = ""
    network: str = ""
    loaded: int = 0
    """How many tensors came from the file."""
    anew: tuple[str, ...] = ()
    """The tensors that began anew."""
    left: tuple[str, ...] = ()
    """The tensors of the file that the network has no place for."""
    freeze: tuple[str, ...] = ()
    train_last: int = 0
    penalty: float = 0.0
    """The penalty by which the last layer was fitted before anything else; 0: it was not."""

    def __post_init__(self) -> None:
        """Raise TypeError or ValueError for what cannot be, as in a file that was changed."""
        for name, value in vars(self).items():
            kind = _KINDS.get(name, str)
            names: Any = value if kind is tuple and isinstance(value, tuple) else ()
            fits = isinstance(value, kind) and not isinstance(value, bool)
            if not fits or not all(isinstance(one, str) for one in names):
                raise TypeError(f"{name} = {value!r} in [transfer]")
        if self.regime not in REGIMES:
            raise ValueError(f"regime = {self.regime!r} in [transfer]")


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("anew", "left", "freeze"), tuple),
    **dict.fromkeys(("loaded", "train_last"), int),
    "penalty": (int, float),
}
"""What is no text of a beginning."""
