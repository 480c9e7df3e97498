"""A recipe refuses what cannot be, by name, number and what is allowed."""

from dataclasses import fields

import numpy as np
import pytest
import torch

from striate.errors import OptionError
from striate.training import Recipe


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", -1),
        ("epochs", 2.5),
        ("epochs", True),
        ("batch", -1),
        ("optimizer", "lion"),
        ("lr", 0.0),
        ("lr", float("nan")),
        ("lr", "0.1"),
        ("momentum", 1.0),
        ("momentum", None),
        ("nesterov", 1),
        ("weight_decay", -0.1),
        ("schedule", "linear"),
        ("warmup", 1.0),
        ("label_smoothing", -0.5),
        ("flip", "yes"),
        ("balance", "upward"),
        ("augment", "wild"),
        ("shift", -1),
        ("crop", 0.0),
        ("mixup", 1.5),
        ("rotate", 181),
        ("scale", 1.5),
        ("jitter", -0.1),
        ("erase", 2),
        ("cutmix", -0.5),
        ("views", -1),
        ("views", 1.5),
        ("cache", "yes"),
        ("layer_decay", 0.0),
        ("layer_decay", 1.1),
        ("ema", 1.0),
        ("threads", 1_000_000),
        ("epochs", np.float64(2.5)),
        ("clip", -1.0),
        ("accumulate", 0),
        ("patience", -1),
        ("time", -2.0),
        ("precision", "float16"),
        ("layout", "NHWC"),
        ("device", "tpu"),
        ("seed", -1),
        ("threads", 0),
        ("workers", -1),
    ],
)
def test_a_value_that_cannot_be_is_named(name, value):
    with pytest.raises(OptionError, match=f"{name} = {value} cannot be") as refused:
        Recipe(**{name: value})
    assert refused.value.help[0].startswith(f"{name} takes ")


def test_every_field_is_in_one_of_the_cases_above():
    cases = test_a_value_that_cannot_be_is_named.pytestmark[0].args[1]
    assert {name for name, _ in cases} == {field.name for field in fields(Recipe)}


def test_nesterov_needs_momentum_but_only_in_sgd():
    Recipe(optimizer="adam", momentum=0)
    with pytest.raises(OptionError, match="momentum = 0"):
        Recipe(optimizer="sgd", momentum=0)


def test_a_recipe_comes_back_from_its_dictionary(recipe):
    assert Recipe.from_dict(recipe.as_dict()) == recipe
    assert recipe.open == ()


def test_an_unknown_field_is_named_with_the_nearest():
    with pytest.raises(OptionError, match="no field 'wieght_decay'") as refused:
        Recipe.from_dict({"wieght_decay": 0.1})
    assert refused.value.help == ["did you mean 'weight_decay'?"]
    with pytest.raises(OptionError, match="no field 'zzz'") as refused:
        Recipe.from_dict({"zzz": 1})
    assert "epochs" in refused.value.help[0]


def test_numbers_of_numpy_and_torch_are_numbers():
    recipe = Recipe(epochs=np.int64(3), lr=np.float32(0.5), seed=torch.tensor(7))
    assert recipe == Recipe(epochs=3, lr=0.5, seed=7)
    assert [type(value) for value in (recipe.epochs, recipe.lr, recipe.seed)] == [int, float, int]
