"""Numbers as pictures show them: short, and the same wherever they are read."""

from math import isfinite, isnan

INFINITE = "∞"
NOTHING = "–"
"""What stands where there is no number: the average of no pixel."""


def shown(value: float) -> str:
    """A number in at most four digits and a point; whole ones, and large ones, without a point.

    >>> [shown(one) for one in (4.0, -0.0, 0.1 + 0.2, 1 / 9, -2 / 3, 12345, 0.00012, -float("inf"))]
    ['4', '0', '0.3', '0.1111', '-0.6667', '12345', '0.00012', '-∞']
    >>> shown(12345.6)
    '12346'
    """
    if isnan(value):
        return NOTHING
    if not isfinite(value):
        return INFINITE if value > 0 else f"-{INFINITE}"
    whole = abs(value - round(value)) < 1e-9 or abs(value) >= 1e4
    if whole and abs(value) < 1e9:
        return str(round(value))
    return f"{value:.4g}"


def rounded(value: float) -> bool:
    """Whether what is shown of a number is not all of it.

    >>> [rounded(one) for one in (0.25, 0.1 + 0.2, 1 / 9, 1234.5)]
    [False, False, True, True]
    """
    return isfinite(value) and abs(float(shown(value)) - value) > 1e-9 * max(1.0, abs(value))


def factor(text: str) -> str:
    """A number as it stands in a product: a negative one in brackets.

    >>> factor("3"), factor("-1")
    ('3', '(-1)')
    """
    return f"({text})" if text.startswith("-") else text
