"""How weights start: uniform around zero, such that a layer keeps the variance of what comes in.

That takes a variance of 1 over the number of weights that meet in one value (LeCun et al.,
"Efficient BackProp", 1998). Biases start at zero.
"""

import torch
from torch import Tensor


def start(weight: Tensor, meet: float) -> None:
    """Draw weights of variance 1/meet, `meet` of which add up to one value.

    >>> weight = torch.empty(64, 64)
    >>> start(weight, 64)
    >>> bool((weight.var() * 64 - 1).abs() < 0.1)
    True
    """
    bound = (3 / meet) ** 0.5
    with torch.no_grad():
        weight.uniform_(-bound, bound)
