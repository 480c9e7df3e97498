"""What is counted, and how: the convention that is printed with every total.

Products as the lectures count them. A FLOP is an operation on two numbers; papers that give one for
each product and its addition together print half as many.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from striate.arithmetic.formula import Formula, Quantity

FLOPS = Formula("2*products + additions")
SAYS = {
    "products": "multiplications, one for each weight at each place",
    "additions": "of biases",
    "flops": "both, and an addition of each product to its sum",
    "bytes": "of the values that leave the layers, 4 each in float32",
}


def flops(products: Quantity, additions: Quantity) -> Quantity:
    """Operations on two numbers: a multiplication and an addition for each product, and biases.

    >>> print(flops(Quantity(86400, "", ""), Quantity(3456, "", "")))
    2*products + additions = 2*86400 + 3456 = 176,256
    """
    counted = FLOPS(products=products.value, additions=additions.value)
    return marked(counted, [products, additions])


def marked(quantity: Quantity, parts: Sequence[Quantity]) -> Quantity:
    """A quantity that is not known where one of its parts is not."""
    if all(part.status != "unknown" for part in parts):
        return quantity
    return Quantity(quantity.value, quantity.rule, quantity.working, "unknown")


def sentences(totals: Mapping[str, Quantity]) -> list[str]:
    """The convention with the totals of a network in it, a line for each count."""
    operations = flops(totals["products"], totals["additions"])
    return [
        f"products: {SAYS['products']}; additions: {SAYS['additions']}, "
        f"{totals['additions'].value:,}",
        f"FLOPs: {SAYS['flops']}: {operations}",
    ]


def convention(totals: Mapping[str, Quantity]) -> dict[str, Any]:
    """What is counted, for other programs, with the operations that come of it."""
    operations = flops(totals["products"], totals["additions"])
    return {**SAYS, "flops": {"says": SAYS["flops"], **operations.as_dict()}}
