"""Regimes: how much of a published network is trained, by the number of images there are.

    little   all but the last layer stays as it is, and the last layer is fitted
    medium   the last layer is fitted first, then all is trained, the less the nearer to the input
    much     the last layer is fitted first, then all is trained
    none     the weights are only where training begins

A network that is trained as a whole on few images forgets more than it learns, and a last layer
that begins anew spoils, in the first steps, what lies before it: so it is fitted before anything
else moves (Kumar et al., "Fine-tuning can distort pretrained features", 2022). Layers near the
input are the most general and move least (Howard and Ruder, "Universal language model fine-tuning
for text classification", 2018).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from striate.errors import OptionError

Regime = Literal["little", "medium", "much", "none"]
REGIMES: tuple[Regime, ...] = get_args(Regime)

MEDIUM = 1_000
"""From so many images on, more than the last layer can be learned from them."""

MUCH = 20_000
"""From so many images on, all layers learn alike."""


SPAN = 2.6**-3
"""The learning rate of the first layer in `medium`: Howard and Ruder's 2.6 from each of four groups
of layers to the next."""


@dataclass(frozen=True)
class Course:
    """What a regime does to the training of a network."""

    frozen: bool
    """Whether all but the last layer stays as it is."""
    fitted: bool
    """Whether the last layer is fitted before anything else is trained."""
    span: float
    """The learning rate of the first layer, as a share of that of the last."""
    rate: float
    """The highest learning rate, as a share of that from random weights."""
    epochs: float
    """The epochs, as a share of those from random weights."""


COURSES: dict[Regime, Course] = {
    "little": Course(frozen=True, fitted=True, span=1.0, rate=1.0, epochs=0.0),
    "medium": Course(frozen=False, fitted=True, span=SPAN, rate=0.1, epochs=0.5),
    "much": Course(frozen=False, fitted=True, span=1.0, rate=0.25, epochs=1.0),
    "none": Course(frozen=False, fitted=False, span=1.0, rate=1.0, epochs=1.0),
}
"""What each regime means."""


def decay_for(span: float, layers: int) -> float:
    """The share of a layer's rate that the one before it has, for a span from first to last.

    >>> decay_for(0.25, 3), decay_for(0.25, 1)
    (0.5, 1.0)
    """
    return span ** (1 / (layers - 1)) if layers > 1 else 1.0


def regime_for(images: int) -> Regime:
    """The regime that so many training images allow.

    >>> [regime_for(images) for images in (244, 1_000, 60_000)]
    ['little', 'medium', 'much']
    """
    if images < MEDIUM:
        return "little"
    return "medium" if images < MUCH else "much"


@dataclass(frozen=True)
class Choice:
    """Which regime, and why."""

    regime: Regime
    reason: str

    @classmethod
    def of(cls, images: int, asked: str | None = None) -> "Choice":
        """The regime that is asked for, or else the one that so many training images allow.

        Raises OptionError for a name that no regime has.

        >>> Choice.of(244)
        Choice(regime='little', reason='244 images are under 1,000')
        """
        if asked is None or asked == "auto":
            return cls(regime_for(images), _reason(images))
        for regime in REGIMES:
            if regime == asked:
                return cls(regime, "as asked")
        raise OptionError(
            f"transfer = {asked} cannot be", help=["transfer takes one of " + ", ".join(REGIMES)]
        )

    @property
    def course(self) -> Course:
        """What the regime does to training."""
        return COURSES[self.regime]

    def sentence(
        self,
        last: Sequence[str],
        trained: int,
        parameters: int,
        *,
        fitted: bool = True,
        once: bool = True,
    ) -> str:
        """What is said of it: the layers that are trained first or alone, and how many numbers.

        Not every last layer can be `fitted`, nor every frozen beginning be computed `once`.

        >>> print(Choice.of(244).sentence(["classifier.1"], 1026, 736450))
        transfer: little (244 images are under 1,000): all but classifier.1 is frozen and computed \
once; classifier.1 (1,026 of 736,450 parameters) is fitted; --transfer medium, much or none does \
otherwise
        """
        layers = " and ".join(last) or "the last layer"
        count = f"{layers} ({trained:,} of {parameters:,} parameters)"
        others = [regime for regime in REGIMES if regime != self.regime]
        kept = "frozen and computed once" if once else "frozen"
        alone = f"{'are' if len(last) > 1 else 'is'} {'fitted' if fitted else 'trained'}"
        every = f"all {parameters:,} parameters are trained"
        first = f"{count} is fitted first, then all is trained" if fitted else every
        does = {
            "little": f"all but {layers} is {kept}; {count} {alone}",
            "medium": f"{first}, less towards the input",
            "much": first,
            "none": f"{every}, from the weights on",
        }[self.regime]
        return (
            f"transfer: {self.regime} ({self.reason}): {does}; "
            f"--transfer {', '.join(others[:-1])} or {others[-1]} does otherwise"
        )


def _reason(images: int) -> str:
    if images < MEDIUM:
        return f"{images:,} images are under {MEDIUM:,}"
    if images < MUCH:
        return f"{images:,} images are from {MEDIUM:,} to under {MUCH:,}"
    return f"{images:,} images are {MUCH:,} or more"
