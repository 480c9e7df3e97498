"""Evaluating changes nothing in a network, and looks at each image once."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from striate.tasks import classify
from striate.training import evaluating
from striate.training.batches import Preparation


@pytest.fixture
def prepare(collection, recipe):
    return Preparation.of(collection.mean, collection.std, recipe)


@pytest.mark.parametrize("most", [512, 7])
def test_measures_are_means_over_all_images(
    network, collection, recipe, prepare, most, monkeypatch
):
    monkeypatch.setattr(evaluating, "MOST", most)
    split = collection.splits["val"]
    found = evaluating.evaluate(network, split, classify, recipe, prepare)
    network.eval()
    logits = torch.cat([network(prepare(image[None])) for image in split.images])
    assert found["accuracy"] == (logits.argmax(1) == split.labels).double().mean().item()
    assert found["loss"] == pytest.approx(cross_entropy(logits, split.labels).item())
    answers = evaluating.outputs(network, split.images, recipe, prepare)
    torch.testing.assert_close(answers, logits.detach())


def test_weights_buffers_and_modes_stay(network, collection, recipe, prepare):
    network.train()
    network[1].eval()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    evaluating.evaluate(network, collection.splits["val"], classify, recipe, prepare)
    assert [module.training for module in network] == [place != 1 for place in range(9)]
    assert all(torch.equal(before[key], value) for key, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())
