"""What of published weights is trained, how fast, and what is said of it, in every combination."""

from dataclasses import replace

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file, save_file
from torch import nn

import striate
from striate import runs
from striate.errors import OptionError, RunError
from striate.language import read
from striate.runs import finding
from striate.runs.transferred import Asked
from striate.tasks import classify, reconstruct
from striate.training import Manner, Recipe
from striate.training.loop import BEST
from striate.training.rates import Rates

TEXT = """
INPUT 3x16x16
conv1: CONV 8 3x3 pad=1 -> bn1: BN -> RELU -> POOL 2
conv2: CONV 16 3x3 pad=1 -> bn2: BN -> RELU
GAP -> DROPOUT 0.2 -> fc: FC classes
"""
LOOK = {"mean": "0.5,0.4,0.3", "std": "0.2,0.2,0.25", "resize": "18", "crop": "16"}
RECIPE = Recipe(batch=16, precision="float32", layout="contiguous", threads=1)
RECIPE_OF_TWO = replace(RECIPE, epochs=2)
IMAGES = torch.arange(8 * 3 * 256).remainder(251).to(torch.uint8).view(8, 3, 16, 16)


def tree():
    return read(TEXT).called("tiny")


def published(model, folder):
    """A file with weights, and how images are prepared for them."""
    path = folder / "published.safetensors"
    save_file(dict(model.state_dict()), path, LOOK)
    return path


@pytest.fixture
def weights(tmp_path):
    """Weights of the network for five classes."""
    return published(striate.build(tree(), classes=5), tmp_path)


class Telling(Manner):
    """A manner that keeps what it says."""

    def say(self, line):
        self.said.append(line)


@pytest.fixture
def train(tmp_path, photos):
    """Train quietly on photos: the run, and what was said."""

    def run(recipe=RECIPE, network=None, task=classify, **asked):
        manner = Telling(console=Console(quiet=True))
        object.__setattr__(manner, "said", [])
        options = {"project": tmp_path / "runs", "asked": Asked(**asked), "manner": manner}
        return runs.train(photos, network or tree(), task, recipe, **options), manner.said

    return run


def state(run):
    return load_file(run.folder / BEST)


class TwoHeads(nn.Module):
    """A network of which no last layer can be fitted alone."""

    def __init__(self, classes=2):
        super().__init__()
        self.body = nn.Conv2d(3, 8, 3)
        self.one, self.other = nn.Linear(8, classes), nn.Linear(8, classes)

    def forward(self, x):
        x = self.body(x).relu().mean((2, 3))
        return self.one(x) + self.other(x)


class Asking(TwoHeads):
    """The same, and what it computes depends on the numbers that it sees: it has no graph."""

    def forward(self, x):
        return super().forward(x if x.sum() > 0 else 1.0 * x)


def test_what_cannot_be_fitted_is_not_said_to_be(train, tmp_path):
    run, said = train(RECIPE_OF_TWO, TwoHeads(), weights=published(TwoHeads(), tmp_path))
    assert len(run.rows) == 2
    assert not any(" fitted" in line for line in said)
    assert any("(18 of 260 parameters) is trained; --transfer" in line for line in said)


@pytest.mark.parametrize(("network", "views"), [(TwoHeads, 1), (Asking, 0)])
def test_views_are_counted_only_where_something_is_computed_once(train, tmp_path, network, views):
    run, said = train(RECIPE_OF_TWO, network(), weights=published(network(), tmp_path))
    assert run.recipe.views == views
    assert any("frozen and computed once" in line for line in said) == bool(views)


def test_what_begins_anew_is_not_frozen_before_it_has_learned(train, weights):
    run, said = train(RECIPE_OF_TWO, weights=weights, fresh="conv2")
    given, kept = load_file(weights), state(run)
    trained = {row.path for row in striate.trainable(run).rows if row.trained}
    assert trained == {"conv2", "fc"}
    assert torch.equal(given["conv1.weight"], kept["conv1.weight"])
    assert len(run.rows) == 2
    assert any("conv2 and fc (1,202 of 1,474 parameters) are trained" in line for line in said)


def test_layers_that_have_learned_before_move_less_than_those_that_have_not(train, weights):
    anew, _ = train(RECIPE_OF_TWO, weights=weights, transfer="none")
    for asked in (
        {"train_last": 3},
        {"freeze": "conv1"},
        {"freeze": "conv1", "transfer": "medium"},
    ):
        run, _ = train(RECIPE_OF_TWO, weights=weights, **asked)
        assert run.recipe.lr == pytest.approx(anew.recipe.lr / 10)
        assert run.recipe.layer_decay < 1
    named, _ = train(replace(RECIPE_OF_TWO, lr=0.02), weights=weights, train_last=3)
    assert named.recipe.lr == 0.02


def test_freezing_all_but_the_last_layer_is_little(train, weights):
    run, _ = train(weights=weights, freeze=("conv*", "bn*"))
    expected, _ = train(weights=weights)
    assert run.rows == []
    assert run.answers(IMAGES).equal(expected.answers(IMAGES))


ENCODING = """
INPUT 3x16x16
encoder: [CONV 4 3x3 pad=1 -> RELU -> POOL 2]
decoder: [DECONV 3 2x2 stride=2]
"""


@pytest.mark.parametrize("asked", [{}, {"freeze": "encoder"}, {"train_last": 1}], ids=str)
def test_who_gives_images_back_trains_with_what_is_frozen_in_the_loop(train, asked):
    network, recipe = read(ENCODING).called("coder"), replace(RECIPE, epochs=1)
    first, _ = train(recipe, network, reconstruct)
    run, _ = train(recipe, network, reconstruct, weights=first.folder, **asked)
    given, kept = state(first), state(run)
    same = {key for key in given if torch.equal(given[key], kept[key])}
    assert same == ({"encoder.0.weight", "encoder.0.bias"} if asked else set())


def test_rates_are_tried_from_where_training_would_begin(
    train, weights, photos, tmp_path, monkeypatch
):
    fitted, _ = train(weights=weights)
    tried = []
    monkeypatch.setattr(
        finding, "find_rates", lambda _, __, model, *___, **____: tried.append(model) or RATES
    )
    asked = Asked(weights=weights, transfer="medium")
    options = {"project": tmp_path / "found", "asked": asked}
    finding.find_rate(photos, tree(), classify, RECIPE_OF_TWO, **options)
    for name, value in state(fitted).items():
        torch.testing.assert_close(tried[0].state_dict()[name], value, msg=name)


RATES = Rates(rates=(0.01, 0.1), losses=(1.0, 0.5), smoothed=(1.0, 0.5))


def test_what_cannot_be_computed_once_is_refused_before_anything_is_written(
    train, weights, tmp_path
):
    with pytest.raises(OptionError, match=r"mixup = 0\.5 mixes images"):
        train(replace(RECIPE, mixup=0.5), weights=weights)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("there", "damaged"),
    [
        ('regime = "little"', "regime = 3"),
        ('regime = "little"', 'regime = "some"'),
        ("train_last = 1", 'train_last = "1"'),
        ("train_last = 1", "train_last = true"),
        ("freeze = []", "freeze = 3"),
        ("freeze = []", "freeze = [3]"),
        ("loaded = ", "loaded = []  # "),
    ],
)
def test_a_damaged_beginning_is_a_sentence(train, weights, there, damaged):
    run, _ = train(weights=weights)
    path = run.folder / "recipe.toml"
    text = path.read_text()
    assert there in text
    path.write_text(text.replace(there, damaged))
    with pytest.raises(RunError, match=r"recipe\.toml cannot be read"):
        striate.load(run.folder)


SQUEEZED = """
INPUT 3x16x16
features: [CONV 8 3x3 pad=1 -> RELU -> POOL 2 -> CONV 12 3x3 pad=1 -> RELU]
classifier: [DROPOUT -> CONV classes 1x1 -> RELU -> ADAPTIVE 1x1] -> FLATTEN
"""


@pytest.mark.parametrize("layout", ["contiguous", "channels_last"])
@pytest.mark.parametrize("count", [1, 2])
def test_dropout_over_features_draws_as_in_the_loop(train, tmp_path, layout, count):
    network = read(SQUEEZED).called("squeezed")
    path = published(striate.build(network, classes=5), tmp_path)
    asked = {"weights": path, "train_last": count}
    recipe = replace(RECIPE_OF_TWO, layout=layout, views=1)
    kept, _ = train(recipe, network, **asked)
    computed, _ = train(replace(recipe, cache=False), network, **asked)
    for one, other in zip(kept.rows, computed.rows, strict=True):
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-5)
    torch.testing.assert_close(kept.answers(IMAGES), computed.answers(IMAGES), rtol=1e-5, atol=1e-5)
