"""Ink can be read on every colour it stands on: WCAG 2's contrast, worked out from its formula."""

import pytest

from striate.drawing.films.stills.cells import ink
from striate.drawing.pictures.colours import COLOURS, colour

LEAST = 4.5
SURFACES = set(COLOURS) - {"ink", "muted", "line", "accent"}


def luminance(hexed):
    parts = [int(hexed[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("surface", sorted(SURFACES))
def test_ink_can_be_read_on_every_surface(surface, dark):
    assert contrast(colour("ink", dark=dark), colour(surface, dark=dark)) >= LEAST


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("word", "surface"), [("muted", "paper"), ("paper", "accent")])
def test_captions_and_the_sign_of_a_misfit_can_be_read(word, surface, dark):
    assert contrast(colour(word, dark=dark), colour(surface, dark=dark)) >= LEAST


def test_numbers_can_be_read_on_every_grey():
    for grey in (f"grey-{tone:02x}" for tone in range(256)):
        assert contrast(colour(ink(grey)), colour(grey)) >= LEAST
