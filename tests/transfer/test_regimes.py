"""The regimes: by the number of images, or as asked, and what is said of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from striate.errors import OptionError
from striate.transfer.regimes import COURSES, MEDIUM, MUCH, REGIMES, Choice, regime_for


@pytest.mark.parametrize(
    ("images", "regime"),
    [(1, "little"), (999, "little"), (1000, "medium"), (19_999, "medium"), (20_000, "much")],
)
def test_the_regime_follows_from_the_number_of_images(images, regime):
    assert regime_for(images) == regime
    assert Choice.of(images).regime == regime


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_more_images_never_train_less(one, other):
    fewer, more = (REGIMES.index(regime_for(count)) for count in sorted((one, other)))
    assert fewer <= more


@given(st.integers(1, 10**7))
def test_the_reason_is_true(images):
    reason = Choice.of(images).reason
    assert f"{images:,} images" in reason
    assert ("under 1,000" in reason) == (images < MEDIUM)
    assert ("or more" in reason) == (images >= MUCH)


@pytest.mark.parametrize("regime", REGIMES)
def test_what_is_asked_for_is_taken(regime):
    choice = Choice.of(244, regime)
    assert choice == Choice(regime, "as asked")
    assert choice.course == COURSES[regime]


@pytest.mark.parametrize("regime", REGIMES)
def test_the_sentence_names_regime_reason_layer_numbers_and_the_other_ways(regime):
    sentence = Choice.of(244, regime).sentence(["fc"], 1026, 736_450)
    assert sentence.startswith(f"transfer: {regime} (as asked)")
    assert "736,450" in sentence
    flags = sentence.split("--transfer ")[1]
    assert regime not in flags
    assert all(other in flags for other in REGIMES if other != regime)


def test_a_regime_that_does_not_exist_is_said():
    with pytest.raises(OptionError, match="transfer = some cannot be") as caught:
        Choice.of(244, "some")
    assert caught.value.help == ["transfer takes one of little, medium, much, none"]


def test_only_little_freezes_and_only_medium_slows_towards_the_input():
    assert [name for name, course in COURSES.items() if course.frozen] == ["little"]
    assert [name for name, course in COURSES.items() if course.span < 1] == ["medium"]
    assert [name for name, course in COURSES.items() if not course.fitted] == ["none"]
