"""Figures as people read them: thousands apart, shares in percent, ratios, bytes."""

from fractions import Fraction

from striate.arithmetic.formula import Quantity

UNITS = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def counted(quantity: Quantity) -> str:
    """A count, nothing where there is none; with a question mark where not all of it is known.

    >>> counted(Quantity(3640, "", "")), counted(Quantity(0, "", "", "unknown"))
    ('3,640', '?')
    """
    number = f"{quantity.value:,}" if quantity.value else ""
    return f"{number} ?".strip() if quantity.status == "unknown" else number


def share(part: int, whole: int) -> str:
    """A share in percent; nothing of nothing.

    >>> share(1, 3), share(1, 10**6), share(0, 5), share(5, 5)
    ('33.3', '<0.1', '', '100')
    """
    if not part or not whole:
        return ""
    percent = 100 * Fraction(part, whole)
    if percent < Fraction(1, 10):
        return "<0.1"
    return "100" if part == whole else f"{float(percent):.1f}"


def ratio(number: int, first: int) -> str:
    """How many times as much.

    >>> ratio(576, 9), ratio(12443648, 120422400), ratio(3, 0), ratio(10**9, 3)
    ('64', '0.103', '', '333,000,000')
    """
    if not first:
        return ""
    rounded = float(f"{number / first:.3g}")
    return f"{rounded:,.0f}" if rounded >= 100 else f"{rounded:g}"


def memory(amount: int) -> str:
    """Bytes in the largest unit that leaves at least one, three digits of it.

    >>> memory(1119744), memory(12), memory(57_600_000_000), memory(999_999)
    ('1.12 MB', '12 bytes', '57.6 GB', '1.00 MB')
    """
    for size, unit in UNITS:
        if amount * 1000 >= size * 999.5:
            places = 2 if amount < 9.995 * size else 1 if amount < 99.95 * size else 0
            return f"{amount / size:.{places}f} {unit}"
    return f"{amount} byte{'s' * (amount != 1)}"
