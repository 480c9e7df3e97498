"""A recipe: every choice about how a network is trained, in one frozen record.

What is left out is chosen before the first step, by `choosing`; the recipe that is saved with a
run leaves nothing open, so that the run can go on, or be repeated, as it was.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any, Literal, get_args

from striate.errors import OptionError

Optimizer = Literal["auto", "sgd", "adam", "adamw"]
Schedule = Literal["one-cycle", "cosine", "constant"]
Precision = Literal["auto", "float32", "bfloat16"]
Layout = Literal["auto", "channels_last", "contiguous"]
Device = Literal["auto", "cpu", "cuda", "mps"]
Augment = Literal["auto", "none", "light", "strong"]
Balance = Literal["none", "weights", "sampling"]


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. `None` and "auto" are chosen before the first step.

    Raises OptionError where a value cannot be.

    >>> Recipe(epochs=5).schedule
    'one-cycle'
    >>> Recipe(epochs=-1)
    Traceback (most recent call last):
    striate.errors.OptionError: epochs = -1 cannot be
      help: epochs takes a whole number of at least 0
    """

    epochs: int | None = None
    """How often every training image is seen; 0: never. auto: by the number of images."""
    batch: int | None = None
    """How many images each step looks at; auto: by the number of images and epochs."""
    optimizer: Optimizer = "auto"
    """How the weights follow the gradient; auto: sgd where batches are normalised, else adamw."""
    lr: float | None = None
    """The highest learning rate; auto: by optimizer and batch."""
    momentum: float = 0.9
    """How much of the last direction is kept (adam: of the mean gradient)."""
    nesterov: bool = True
    """Look ahead along the momentum (sgd only)."""
    weight_decay: float | None = None
    """How strongly weights are drawn to zero; biases and norms are not. auto: by optimizer."""
    schedule: Schedule = "one-cycle"
    """How the learning rate goes from step to step."""
    warmup: float = 0.2
    """The share of all steps in which the learning rate rises."""
    label_smoothing: float = 0.1
    """How much of the target is spread over all classes."""
    balance: Balance = "none"
    """Make up for rare classes: weigh their loss, or show their images more often."""
    augment: Augment = "auto"
    """How much training images are changed; auto: light, and none in 1 or 2 epochs."""
    flip: bool | None = None
    """Mirror each training image in every second epoch; auto: as is right for them."""
    shift: int | None = None
    """Move training images by up to so many pixels; auto: likewise."""
    crop: float | None = None
    """The least share of a photo that is shown in training; 1 shows its centre. auto: likewise."""
    rotate: float = 0.0
    """Turn training images by up to so many degrees."""
    scale: float = 0.0
    """Make training images larger or smaller by up to this share."""
    jitter: float = 0.0
    """Change brightness, contrast and colour of training images by up to this share."""
    erase: float | None = None
    """The share of training images of which a part is covered; auto: none unless strong."""
    mixup: float | None = None
    """The share of training images that are blended with another; auto: none unless strong."""
    cutmix: float | None = None
    """The share of training images that get a part of another; auto: likewise."""
    views: int = 0
    """Show so many views of each image in turn, the first one unchanged; 0: ever new ones."""
    cache: bool = True
    """Compute frozen layers once for each view, and keep what they give (needs views)."""
    layer_decay: float = 1.0
    """The learning rate of each layer as a share of that of the layer behind it."""
    ema: float = 0.0
    """How much of the mean of all weights so far each step keeps, such as 0.999; 0: no mean."""
    clip: float = 0.0
    """The greatest length that a gradient may have; 0: any."""
    accumulate: int = 1
    """In how many parts each batch is computed: less memory, same batch, but for batch norm."""
    patience: int = 0
    """Stop after so many epochs without a better one, whatever the schedule; 0: never."""
    time: float = 0.0
    """Seconds that training may take, from which the epochs follow; 0: any."""
    precision: Precision = "auto"
    """The numbers of the products; auto: bfloat16 where it is clearly faster."""
    layout: Layout = "auto"
    """How images lie in memory; auto: the faster."""
    device: Device = "auto"
    """Where the network is trained; auto: cuda, else mps, else cpu."""
    seed: int = 0
    """What every random choice is a function of."""
    threads: int | None = None
    """How many processor threads compute; auto: one for each core."""
    workers: int = 0
    """How many batches are prepared ahead, while the network learns; 0: none."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if getattr(value, "ndim", None) == 0:  # a number of NumPy's or torch's
                object.__setattr__(self, name, value.item())
        for name, (kind, fits, allowed) in _NUMBERS.items():
            value = getattr(self, name)
            if value is None and name in OPEN:
                continue
            right = isinstance(value, kind) and not isinstance(value, bool)
            if not right or not fits(value):
                raise _impossible(name, value, allowed)
        for name, allowed in _WORDS.items():
            if getattr(self, name) not in allowed:
                raise _impossible(name, getattr(self, name), "one of " + ", ".join(allowed))
        for name in ("nesterov", "flip", "cache"):
            value = getattr(self, name)
            if not isinstance(value, bool) and not (value is None and name in OPEN):
                raise _impossible(name, value, "true or false")
        if self.optimizer == "sgd" and self.nesterov and not self.momentum:
            raise OptionError(
                "nesterov looks ahead along the momentum, and momentum = 0",
                help=["give a momentum, such as 0.9", "or turn nesterov off"],
            )

    @property
    def open(self) -> tuple[str, ...]:
        """The names of what is still to be chosen.

        >>> Recipe(epochs=3, batch=32, lr=0.1, weight_decay=0, precision="float32").open[:4]
        ('optimizer', 'augment', 'flip', 'shift')
        """
        return tuple(
            name for name, value in self.as_dict().items() if value is None or value == "auto"
        )

    def as_dict(self) -> dict[str, Any]:
        """Every field by its name, in the order above."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Recipe":
        """The recipe with these fields. Raises OptionError for a name that is no field.

        >>> Recipe.from_dict({"epoch": 3})
        Traceback (most recent call last):
        striate.errors.OptionError: a recipe has no field 'epoch'
          help: did you mean 'epochs'?
        """
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                close = get_close_matches(name, known, 1)
                remedy = f"did you mean '{close[0]}'?" if close else f"it has {', '.join(known)}"
                raise OptionError(f"a recipe has no field '{name}'", help=[remedy])
        return cls(**values)


def _impossible(name: str, value: object, allowed: str) -> OptionError:
    """The error for a field whose value cannot be."""
    return OptionError(f"{name} = {value} cannot be", help=[f"{name} takes {allowed}"])


OPEN = (
    *("epochs", "batch", "lr", "weight_decay", "threads"),
    *("flip", "shift", "crop", "erase", "mixup", "cutmix"),
)
"""The fields that may be None."""

THREADS = 1024
"""So many threads at most: to start more by mistake takes a machine minutes, if it can at all."""

_WHOLE, _REAL = (int,), (int, float)
_NUMBERS: dict[str, tuple[tuple[type, ...], Any, str]] = {
    "epochs": (_WHOLE, lambda n: n >= 0, "a whole number of at least 0"),
    "batch": (_WHOLE, lambda n: n >= 1, "a whole number of at least 1"),
    "lr": (_REAL, lambda x: 0 < x < float("inf"), "a number above 0"),
    "momentum": (_REAL, lambda x: 0 <= x < 1, "a number from 0 to below 1"),
    "weight_decay": (_REAL, lambda x: 0 <= x < float("inf"), "a number of at least 0"),
    "warmup": (_REAL, lambda x: 0 <= x < 1, "a share from 0 to below 1"),
    "label_smoothing": (_REAL, lambda x: 0 <= x < 1, "a share from 0 to below 1"),
    "shift": (_WHOLE, lambda n: n >= 0, "a whole number of pixels, at least 0"),
    "crop": (_REAL, lambda x: 0 < x <= 1, "a share above 0, up to 1"),
    "rotate": (_REAL, lambda x: 0 <= x <= 180, "an angle from 0 to 180 degrees"),
    "scale": (_REAL, lambda x: 0 <= x <= 1, "a share from 0 to 1"),
    "jitter": (_REAL, lambda x: 0 <= x <= 1, "a share from 0 to 1"),
    "erase": (_REAL, lambda x: 0 <= x <= 1, "a share from 0 to 1"),
    "mixup": (_REAL, lambda x: 0 <= x <= 1, "a share from 0 to 1"),
    "cutmix": (_REAL, lambda x: 0 <= x <= 1, "a share from 0 to 1"),
    "views": (_WHOLE, lambda n: n >= 0, "a whole number of at least 0"),
    "layer_decay": (_REAL, lambda x: 0 < x <= 1, "a share above 0, up to 1"),
    "ema": (_REAL, lambda x: 0 <= x < 1, "a share from 0 to below 1"),
    "clip": (_REAL, lambda x: 0 <= x < float("inf"), "a number of at least 0"),
    "accumulate": (_WHOLE, lambda n: n >= 1, "a whole number of at least 1"),
    "patience": (_WHOLE, lambda n: n >= 0, "a whole number of at least 0"),
    "time": (_REAL, lambda x: 0 <= x < float("inf"), "a number of seconds, at least 0"),
    "seed": (_WHOLE, lambda n: 0 <= n < 2**63, "a whole number from 0 to 2**63 - 1"),
    "threads": (_WHOLE, lambda n: 1 <= n <= THREADS, f"a whole number from 1 to {THREADS}"),
    "workers": (_WHOLE, lambda n: n >= 0, "a whole number of at least 0"),
}
_WORDS = {
    "optimizer": get_args(Optimizer),
    "schedule": get_args(Schedule),
    "precision": get_args(Precision),
    "layout": get_args(Layout),
    "device": get_args(Device),
    "augment": get_args(Augment),
    "balance": get_args(Balance),
}
