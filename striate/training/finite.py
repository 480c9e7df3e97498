"""Finite: the error for a loss, or a weight, that is no longer a number, and what helps."""

from pathlib import Path

from striate.errors import RunError
from striate.training.checkpoint import last_kept
from striate.training.learner import Learner


def not_finite(what: str, learner: Learner, step: int, folder: Path) -> RunError:
    """The error for something that is not finite once `step` steps are done."""
    if not learner.steps:
        remedies = ["begin with weights that are numbers"]
        return RunError(f"the {what} is not finite before the first step", help=remedies)
    recipe = learner.recipe
    rate, lower = learner.rate(max(0, step - 1)), (recipe.lr or 0) / 4
    remedies = [f"train anew with a lower learning rate, such as lr = {lower:g}"]
    if recipe.precision == "bfloat16":
        remedies.append("or with precision = float32")
    return RunError(
        f"the {what} is not finite after step {step} (learning rate {rate:g}); in {folder} "
        f"{last_kept(folder)}",
        help=remedies,
    )
