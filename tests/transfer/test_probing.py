"""The probe is judged by scikit-learn's logistic regression, and by the network that it is in."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from torch import fx, nn

from striate.arithmetic.window import Window
from striate.errors import OptionError
from striate.language import read
from striate.nn import build
from striate.nn.convolutions import Convolution
from striate.planning import Settings, resolve
from striate.transfer.freezing import freeze
from striate.transfer.parting import part
from striate.transfer.probing import find_last, fitting, penalty, probe
from striate.transfer.probing.penalty import FOLDS, candidates, deal
from striate.transfer.probing.regression import Fit, Rows, regress

ONE, WIDE = Window.of(1, rank=2), Window.of(3, rank=2)
AVERAGE = nn.AdaptiveAvgPool2d(1)


def made(*modules, places=()):
    """A head of these modules, from rows to logits; `places` is what rows are shaped to."""
    graph = fx.Graph()
    value = graph.placeholder("rows")
    if places:
        value = graph.call_function(torch.unflatten, (value, 1, places))
    for number in range(len(modules)):
        value = graph.call_module(str(number), (value,))
    graph.output(value)
    return fx.GraphModule(nn.Sequential(*modules), graph)


def squeezed(features, classes, places):
    """The last part of SqueezeNet."""
    parts = nn.Dropout(), nn.Conv2d(features, classes, 1), nn.ReLU()
    return made(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), places=(features, *places))


def scattered(generator, classes, images, number):
    """Rows (image, number) of classes that overlap, and their labels."""
    labels = torch.arange(images) % classes
    middles = torch.randn(classes, number, generator=generator)
    rows = middles[labels] + torch.randn(images, number, generator=generator)
    return rows * (1 + torch.arange(number)) + 3, labels


def judged(features, labels, penalty, rows):
    """The probabilities that scikit-learn's regression gives."""
    x = features.double().numpy()
    mean, deviation = x.mean(0), x.std(0)
    halved = 2 if len(labels.unique()) == 2 else 1  # two classes are one there, of half the weight
    model = LogisticRegression(C=halved / penalty, tol=1e-10, max_iter=10_000)
    model.fit((x - mean) / deviation, labels.numpy())
    return model.predict_proba((rows.double().numpy() - mean) / deviation)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_every_problem_has_the_least_loss(data):
    classes, features, problems = (
        data.draw(st.integers(*ends)) for ends in ((2, 4), (1, 5), (1, 3))
    )
    images = data.draw(st.integers(4 * classes, 40))
    generator = torch.Generator().manual_seed(data.draw(st.integers(0, 99)))
    rows, labels = scattered(generator, classes, images, features)
    x = (rows.double() - rows.double().mean(0)) / rows.double().std(0)
    counts = torch.rand(images, problems, generator=generator).double()
    strength = data.draw(st.sampled_from([0.1, 1.0, 10.0]))
    fit = regress(Rows(x, labels, counts), strength, Fit.zeros(x, problems, classes))
    halved = 2 if classes == 2 else 1
    for problem in range(problems):
        model = LogisticRegression(C=halved / strength, tol=1e-10, max_iter=10_000)
        model.fit(x.numpy(), labels.numpy(), sample_weight=counts[:, problem].numpy())
        found = fit.logits(x)[:, problem].softmax(-1)
        assert np.abs(found.numpy() - model.predict_proba(x.numpy())).max() < 2e-4


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_the_head_gives_the_probabilities_of_the_regression(data):
    classes, features = data.draw(st.integers(2, 4)), data.draw(st.integers(1, 6))
    places = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    images, seed = data.draw(st.integers(2 * classes, 40)), data.draw(st.integers(0, 99))
    generator = torch.Generator().manual_seed(seed)
    rows, labels = scattered(generator, classes, images, features * places[0] * places[1])
    head = squeezed(features, classes, places)
    probed = probe(head, rows, labels, seed=seed)
    means = rows.unflatten(1, (features, -1)).mean(-1)
    expected = judged(means, labels, probed.penalty, means)
    found = head.eval()(rows).softmax(-1).detach().numpy()
    assert np.abs(found - expected).max() < 3e-4
    assert (head.get_submodule("1")(rows.unflatten(1, (features, *places))) > 0).all()


def test_a_linear_layer_on_several_views_learns_from_all_of_them():
    rows, labels = scattered(torch.Generator().manual_seed(0), 3, 60, 4)
    views = torch.stack([rows, rows + 1, rows - 2])
    head = made(nn.Dropout(), nn.Linear(4, 3))
    probed = probe(head, views, labels, seed=0)
    many = views.flatten(0, 1)
    x = many.double().numpy()
    x = (x - x.mean(0)) / x.std(0)
    model = LogisticRegression(C=1 / probed.penalty, tol=1e-10, max_iter=10_000)
    model.fit(x, labels.repeat(3).numpy(), sample_weight=np.full(180, 1 / 3))
    found = head.eval()(many).softmax(-1).detach().numpy()
    assert np.abs(found - model.predict_proba(x)).max() < 3e-4


def test_more_features_than_rows_lose_nothing():
    rows, labels = scattered(torch.Generator().manual_seed(9), 3, 20, 50)
    head = made(nn.Linear(50, 3))
    probed = probe(head, rows, labels, seed=0)
    others = rows + torch.randn(20, 50, generator=torch.Generator().manual_seed(1))
    expected = judged(rows, labels, probed.penalty, others)
    assert np.abs(head(others).softmax(-1).detach().numpy() - expected).max() < 3e-4


def test_the_same_view_twice_is_one_view():
    rows, labels = scattered(torch.Generator().manual_seed(1), 2, 30, 3)
    once, twice = made(nn.Linear(3, 2)), made(nn.Linear(3, 2))
    one = probe(once, rows, labels, seed=0)
    two = probe(twice, torch.stack([rows, rows]), labels, seed=0)
    assert one.penalty == two.penalty
    torch.testing.assert_close(once(rows), twice(rows), atol=1e-4, rtol=1e-4)


def test_a_candidate_is_judged_by_what_was_fitted_without_its_fold():
    rows, labels = scattered(torch.Generator().manual_seed(2), 3, 50, 4)
    x = (rows.double() - rows.double().mean(0)) / rows.double().std(0)
    begin = Fit.zeros(x, 1, 3)
    seen, folds, _ = candidates(x[None], labels, begin, [40.0, 4.0, 0.4], seed=5)
    fold, count = deal(labels.numpy(), 5)
    assert folds == count == FOLDS
    for candidate in seen:
        losses, right = [], []
        for number in range(folds):
            model = LogisticRegression(C=1 / candidate.penalty, tol=1e-10, max_iter=10_000)
            model.fit(x[fold != number].numpy(), labels[fold != number].numpy())
            given = model.predict_proba(x[fold == number].numpy())
            theirs = labels[fold == number].numpy()
            losses += (-np.log(given[np.arange(len(theirs)), theirs])).tolist()
            right += (given.argmax(1) == theirs).tolist()
        assert candidate.loss == pytest.approx(np.mean(losses), abs=1e-3)
        assert candidate.accuracy == pytest.approx(np.mean(right), abs=0.021)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(0, 99))
def test_every_class_is_dealt_evenly_and_teaches_in_every_fold(labels, seed):
    labels = np.array(labels)
    fold, folds = deal(labels, seed)
    counts = np.bincount(labels)
    assert folds == (0 if counts.max() < 2 else min(FOLDS, counts.max()))
    assert ((fold == -1) == (counts[labels] < 2)).all()
    for label in np.flatnonzero(counts > 1):
        dealt = np.bincount(fold[labels == label], minlength=folds)
        assert dealt.max() - dealt.min() <= 1
        assert (dealt < counts[label]).all()
    assert (deal(labels, seed)[0] == fold).all()


def test_folds_are_a_function_of_the_seed():
    labels = np.arange(40) % 2
    assert (deal(labels, 0)[0] != deal(labels, 1)[0]).any()


def test_the_same_seed_gives_the_same_bits_and_leaves_all_else_alone():
    rows, labels = scattered(torch.Generator().manual_seed(3), 3, 40, 8)
    heads = [squeezed(2, 3, (2, 2)) for _ in range(2)]
    state = torch.get_rng_state()
    one, two = (probe(head.train(), rows, labels, seed=4) for head in heads)
    assert one == two
    assert (torch.get_rng_state() == state).all()
    for first, second in zip(heads[0].parameters(), heads[1].parameters(), strict=True):
        assert torch.equal(first, second)
        assert first.requires_grad
        assert first.grad is None
    assert all(module.training for module in heads[0].modules())


def test_a_relu_lets_all_pass_with_a_margin_as_wide_as_what_is_seen():
    rows, labels = scattered(torch.Generator().manual_seed(3), 3, 40, 24)
    head = squeezed(6, 3, (2, 2))
    probed = probe(head, rows, labels, seed=0)
    leaving = head.get_submodule("1")(rows.unflatten(1, (6, 2, 2))).detach()
    spread = float(leaving.max() - leaving.min())
    assert float(leaving.min()) == pytest.approx(spread, rel=1e-4)
    bare = made(nn.Conv2d(6, 3, 1), AVERAGE, nn.Flatten(), places=(6, 2, 2))
    assert probe(bare, rows, labels, seed=0).raised == 0 < probed.raised
    torch.testing.assert_close(head.eval()(rows), bare(rows) + probed.raised)


def test_what_was_fitted_can_be_written_down():
    rows, labels = scattered(torch.Generator().manual_seed(3), 2, 20, 3)
    probed = probe(made(nn.Linear(3, 2)), rows, labels, seed=0)
    written = json.loads(json.dumps(probed.as_dict()))
    assert written["layer"] == "0"
    assert probed.best is not None
    assert probed.penalty == probed.best.penalty
    assert len(written["candidates"]) == len(probed.candidates)
    assert probed.sentence.startswith("0 is fitted to 20 images with a penalty of")


def test_a_constant_feature_counts_nothing():
    rows, labels = scattered(torch.Generator().manual_seed(4), 2, 30, 3)
    rows[:, 1] = 7
    head = made(nn.Linear(3, 2))
    probe(head, rows, labels, seed=0)
    weight = head.get_submodule("0").weight
    assert (weight[:, 1] == 0).all()
    assert (weight[:, 0] != 0).all()


def test_without_a_bias_the_rows_are_only_scaled():
    rows, labels = scattered(torch.Generator().manual_seed(5), 3, 45, 4)
    head = made(nn.Linear(4, 3, bias=False))
    probed = probe(head, rows, labels, seed=0)
    x = rows.double() / rows.double().std(0, correction=0)
    model = LogisticRegression(
        C=1 / probed.penalty, tol=1e-10, max_iter=10_000, fit_intercept=False
    )
    expected = model.fit(x.numpy(), labels.numpy()).predict_proba(x.numpy())
    assert np.abs(head(rows).softmax(-1).detach().numpy() - expected).max() < 3e-4


def test_classes_of_one_image_or_none_are_no_trouble():
    rows, _ = scattered(torch.Generator().manual_seed(6), 2, 12, 3)
    labels = torch.tensor([0] * 6 + [1] * 5 + [2])
    head = made(nn.Linear(3, 5))
    probed = probe(head, rows, labels, seed=0)
    assert probed.folds == 5
    assert head(rows).isfinite().all()
    assert head(rows).argmax(1).max() < 3


def test_where_no_class_has_two_images_the_penalty_is_a_middle_one():
    rows = torch.eye(3)
    head = made(nn.Linear(3, 3))
    probed = probe(head, rows, torch.arange(3), seed=0)
    assert probed.folds == 0
    assert probed.penalty == pytest.approx(3 * penalty.MIDDLE)
    assert "a middle one: no class has two images" in probed.sentence
    assert (head(rows).argmax(1) == torch.arange(3)).all()


def test_many_images_are_sampled_to_choose_and_all_are_fitted(monkeypatch):
    monkeypatch.setattr(fitting, "CHOOSING", 40)
    rows, labels = scattered(torch.Generator().manual_seed(7), 3, 300, 4)
    head = made(nn.Linear(4, 3))
    probed = probe(head, rows, labels, seed=0)
    expected = judged(rows, labels, probed.penalty, rows)
    assert np.abs(head(rows).softmax(-1).detach().numpy() - expected).max() < 3e-4


def trained(head, *paths):
    """The head, of which only these parameters are trained."""
    for name, number in head.named_parameters():
        number.requires_grad_(name in paths)
    return head


POINT = nn.Conv2d(3, 2, 1)
HEADS = {
    "one linear layer": (made(nn.Linear(3, 2)), "0"),
    "behind a dropout": (made(nn.Dropout(), nn.Linear(3, 2)), "1"),
    "behind what is frozen": (
        trained(made(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2)), "2.weight", "2.bias"),
        "2",
    ),
    "SqueezeNet's": (squeezed(3, 2, (2, 2)), "1"),
    "more than the last": (made(nn.Linear(3, 3), nn.Linear(3, 2)), None),
    "only the weight": (trained(made(nn.Linear(3, 2)), "0.weight"), None),
    "other than linear behind it": (made(nn.Linear(3, 2), nn.Tanh()), None),
    "a ReLU and no bias": (made(nn.Linear(3, 2, bias=False), nn.ReLU()), None),
    "a wider window": (made(nn.Conv2d(3, 2, 3, padding=1), AVERAGE, nn.Flatten()), None),
    "steps": (made(nn.Conv2d(3, 2, 1, stride=2), AVERAGE, nn.Flatten()), None),
    "groups": (made(nn.Conv2d(4, 2, 1, groups=2), AVERAGE, nn.Flatten()), None),
    "striate's own": (made(Convolution(4, 2, ONE), AVERAGE, nn.Flatten()), "0"),
    "striate's own, groups": (made(Convolution(4, 2, ONE, groups=2), AVERAGE, nn.Flatten()), None),
    "striate's own, wider": (made(Convolution(4, 2, WIDE), AVERAGE, nn.Flatten()), None),
    "padding": (made(nn.Conv2d(3, 2, 1, padding=1), AVERAGE, nn.Flatten()), None),
    "places kept apart": (made(POINT, nn.Flatten()), None),
    "the largest place": (made(POINT, nn.AdaptiveMaxPool2d(1), nn.Flatten()), None),
    "four averages": (made(POINT, nn.AdaptiveAvgPool2d(2), nn.Flatten()), None),
    "a ReLU behind the average": (made(POINT, AVERAGE, nn.ReLU(), nn.Flatten()), None),
    "no graph": (nn.Linear(3, 2), None),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_layer_is_found_where_all_else_is_still_or_linear(name):
    head, path = HEADS[name]
    last = find_last(head)
    assert (last and last.path) == path


def test_a_layer_that_is_used_twice_is_not_fitted():
    shared = nn.Linear(3, 3)
    assert find_last(made(shared, shared)) is None


def test_what_cannot_be_fitted_is_said():
    with pytest.raises(OptionError, match="more than one linear layer is trained"):
        probe(made(nn.Linear(3, 2), nn.Tanh()), torch.ones(4, 3), torch.arange(4) % 2, seed=0)


TEXTS = {
    "SqueezeNet's": "DROPOUT -> last: CONV classes 1x1 -> RELU -> ADAPTIVE 1x1 -> FLATTEN",
    "VGG's": "FLATTEN -> FC 12 -> RELU -> DROPOUT -> last: FC classes",
    "ResNet's": "GAP -> last: FC classes",
    "one layer at every place": "last: DENSE classes -> ADAPTIVE 1x1 -> FLATTEN",
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_whole_network_gives_the_probabilities_of_the_regression(name):
    text = f"INPUT 3x8x8 -> CONV 6 3x3 -> BN -> RELU -> {TEXTS[name]}"
    model = build(resolve(read(text), Settings(classes=3)))
    freeze(model, [path for path, _ in model.named_parameters() if not path.startswith("last")])
    parts = part(model, (3, 8, 8))
    pictures, labels = scattered(torch.Generator().manual_seed(8), 3, 40, 192)
    pictures = pictures.unflatten(1, (3, 8, 8)) / 100
    rows = parts.body(pictures)
    assert find_last(parts.head).path == "last"
    probed = probe(parts.head, rows, labels, seed=0)
    places = 36 if name in ("SqueezeNet's", "one layer at every place") else 1
    means = rows.unflatten(1, (-1, places)).mean(-1)
    expected = judged(means, labels, probed.penalty, means)
    found = model.eval()(pictures).softmax(-1).detach().numpy()
    assert np.abs(found - expected).max() < 3e-4
