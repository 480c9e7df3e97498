"""The probe: the last layer of a head, fitted on rows of features instead of trained.

The features are averaged over places where the head averages, brought to mean 0 and deviation 1,
and a logistic regression is fitted on them whose penalty is chosen by cross-validation. What
comes out is written into the layer's weight and bias: the network is the same as ever.

A ReLU behind the layer would cut logits off. Softmax stays the same when every class's bias grows
by one number: so they are raised until nothing is cut off at any place of the images, with a
margin as wide as all that is seen there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from striate.data.chance import SAMPLE, order
from striate.errors import OptionError
from striate.transfer.probing.layer import Last, find_last
from striate.transfer.probing.penalty import MIDDLE, STRENGTHS, Candidate, candidates
from striate.transfer.probing.regression import Fit, Rows, regress

CHOOSING = 3_000
"""The penalty is chosen on so many images at most."""

EXACT = 1 << 22
"""So many features of all rows are computed with in float64; more in float32."""

NARROW = 2_000
"""So many rows, if they have more features than that, are turned into as many features first."""

AT_ONCE = 1 << 24
"""So many numbers of rows are read at a time."""


@dataclass(frozen=True)
class Probed:
    """What was fitted: the layer, its penalty, and those that were tried."""

    layer: str
    images: int
    penalty: float
    candidates: tuple[Candidate, ...]
    folds: int
    raised: float
    """By how much all biases were raised, so that a ReLU behind the layer lets all pass."""

    @property
    def best(self) -> Candidate | None:
        """What cross-validation saw of the penalty that was chosen."""
        return min(self.candidates, key=lambda candidate: candidate.loss, default=None)

    @property
    def sentence(self) -> str:
        """What is said of it."""
        begun = f"{self.layer} is fitted to {self.images:,} images with a penalty of"
        if self.best is None:
            return f"{begun} {self.penalty:.3g}, a middle one: no class has two images to compare"
        return (
            f"{begun} {self.penalty:.3g}, the best of {len(self.candidates)} in {self.folds} "
            f"folds (log loss {self.best.loss:.3f}, {100 * self.best.accuracy:.1f} % right)"
        )

    def as_dict(self) -> Mapping[str, Any]:
        """Every field by its name."""
        return asdict(self)


def probe(head: nn.Module, rows: Tensor, labels: Tensor, *, seed: int) -> Probed:
    """Fit the last layer of a head in place, on rows (image, number) or (view, image, number).

    `labels` is (image,). The folds are a function of the seed. Raises OptionError where the head
    has no layer that can be fitted.
    """
    last = find_last(head)
    if last is None:
        raise OptionError("nothing can be fitted: more than one linear layer is trained")
    if rows.ndim == 2:
        rows = rows[None]
    with torch.no_grad():
        features = _features(last, rows)
        mean, deviation = _standard(features)
        if last.bias is None:
            mean = torch.zeros_like(mean)
        x = features.sub_(mean).div_(deviation)
        labels = labels.to(x.device, torch.int64)
        penalty, seen, folds, fit = _fit(last, x, labels, seed)
        weight = fit.weights[:, 0] / deviation[:, None]
        _write(last, weight, fit.biases[0] - mean @ weight)
        raised = _raise(last, rows)
    return Probed(last.path, rows.shape[1], penalty, tuple(seen), folds, raised)


def _fit(
    last: Last, x: Tensor, labels: Tensor, seed: int
) -> tuple[float, list[Candidate], int, Fit]:
    """The penalty by cross-validation, on a sample of many images; then a fit to all."""
    views, images, features = x.shape
    x, back = _turned(x)
    intercept, begin = last.bias is not None, Fit.zeros(x[0], 1, len(last.weight))
    some = torch.from_numpy(order(seed, 0, images, draw=SAMPLE)[:CHOOSING]).sort().values
    some = slice(None) if images <= CHOOSING else some.to(x.device)
    row = [strength * features for strength in STRENGTHS]
    seen, folds, fit = candidates(
        x[:, some], labels[some], begin, row, seed=seed, intercept=intercept
    )
    best = min(seen, key=lambda candidate: candidate.loss, default=None)
    penalty = best.penalty if best else MIDDLE * features
    if fit is not None:
        begin = Fit(fit.weights.mean(1, keepdim=True), fit.biases.mean(0, keepdim=True))
    rows = Rows(x.flatten(0, 1), labels.repeat(views), x.new_full((views * images, 1), 1 / views))
    fit = regress(rows, penalty, begin, intercept=intercept)
    return penalty, seen, folds, replace(fit, weights=back(fit.weights))


def _turned(x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
    """Fewer features where there are fewer rows, turned so that nothing is lost; and the way back.

    The weights of least loss are sums of rows: they lie in the space that the rows span.
    """
    rows = x.shape[0] * x.shape[1]
    if rows >= x.shape[2] or rows > NARROW:
        return x, lambda weights: weights
    basis, turned = torch.linalg.qr(x.flatten(0, 1).T)
    narrow = turned.T.unflatten(0, x.shape[:2]).contiguous()
    return narrow, lambda weights: (basis @ weights.flatten(1)).unflatten(1, weights.shape[1:])


def _read(last: Last, rows: Tensor) -> Iterator[Tensor]:
    """What the layer sees of the rows (image, number), some at a time: (image, feature, *place)."""
    for some in rows.split(max(1, AT_ONCE // max(1, rows.shape[1]))):
        yield last.reading(some.to(last.weight.device))


def _features(last: Last, rows: Tensor) -> Tensor:
    """(view, image, feature), the means over places."""
    many = rows.shape[0] * rows.shape[1] * last.weight.shape[1] > EXACT
    kind = torch.float32 if many or last.weight.device.type == "mps" else torch.float64
    parts = [
        [part.flatten(2).mean(-1).to(kind) if part.ndim > 2 else part.to(kind) for part in view]
        for view in (_read(last, view) for view in rows)
    ]
    return torch.stack([torch.cat(view) for view in parts])


def _standard(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each feature; a deviation without end leaves a constant one out."""
    flat = features.flatten(0, 1)
    mean, deviation = flat.mean(0), flat.std(0, correction=0)
    constant = deviation <= 1e-6 * flat.abs().amax(0)
    return mean, deviation.masked_fill(constant, torch.inf)


def _write(last: Last, weight: Tensor, bias: Tensor) -> None:
    """Weights (feature, class) and biases (class,) into the layer."""
    last.weight.copy_(weight.T.reshape(last.weight.shape))
    if last.bias is not None:
        last.bias.copy_(bias)


def _raise(last: Last, rows: Tensor) -> float:
    """Raise all biases until a ReLU behind the layer lets everything pass: by how much."""
    if not last.clipped or last.bias is None:
        return 0.0
    leaving = [last.module(part).aminmax() for view in rows for part in _read(last, view)]
    least = min(float(ends.min) for ends in leaving)
    most = max(float(ends.max) for ends in leaving)
    raised = max(0.0, (most - least) - least)
    last.bias.add_(raised)
    return raised
