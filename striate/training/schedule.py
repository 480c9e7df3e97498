"""The learning rate as a function of the step, and of nothing else.

    one-cycle    rises in a straight line, then falls in a straight line to nothing
    cosine       rises in a straight line, then falls along half a cosine to nothing
    constant     rises in a straight line, then stays

The rise takes the share `warmup` of all steps (Smith, "Super-convergence", 2018; Loshchilov and
Hutter, "SGDR", 2017).
"""

import math

from striate.training.recipe import Recipe


def rate(step: int, steps: int, recipe: Recipe) -> float:
    """The learning rate of `step` (0 is the first) out of `steps`.

    >>> recipe = Recipe(lr=1.0, warmup=0.5)
    >>> [rate(step, 8, recipe) for step in range(8)]
    [0.2, 0.4, 0.6, 0.8, 1.0, 0.75, 0.5, 0.25]
    """
    assert recipe.lr is not None
    assert 0 <= step < steps
    rising = math.ceil(recipe.warmup * steps)
    if step < rising:
        return recipe.lr * (step + 1) / (rising + 1)
    return recipe.lr * _FALL[recipe.schedule]((step - rising) / (steps - rising))


_FALL = {
    "one-cycle": lambda part: 1 - part,
    "cosine": lambda part: (1 + math.cos(math.pi * part)) / 2,
    "constant": lambda part: 1.0,
}
