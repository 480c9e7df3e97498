"""cards.facts_of: what timm and others write into config.json, for sides and shares at random."""

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as draw

from striate.transfer.sources import imagenet_classes, imagenet_wnids
from striate.transfer.sources.cards import facts_of

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The facts of a config with this in it."""
    path = tmp_path_factory.mktemp("card") / "config.json"

    def facts(card=None, **config):
        path.write_text(json.dumps(config), "utf-8")
        if card is None:
            return facts_of(path)
        path.with_name("README.md").write_text(card, "utf-8")
        return facts_of(path, path.with_name("README.md"))

    return facts


def prepared(**more):
    return {"input_size": [3, 224, 224], "mean": MEAN, "std": STD} | more


@given(draw.integers(8, 512), draw.integers(50, 100), draw.sampled_from(["bilinear", "bicubic"]))
def test_the_short_side_is_what_is_seen_over_the_share(said, side, share, mode):
    config = prepared(input_size=[3, side, side], crop_pct=share / 100, interpolation=mode)
    look = said(pretrained_cfg=config).look
    assert look.size == (3, side, side)
    assert look.mode == mode
    assert (look.mean, look.std) == (tuple(MEAN), tuple(STD))
    exact = Fraction(side * 100, share)
    assert abs(look.resize - exact) <= 1
    if exact.denominator != 1:
        assert look.resize == math.floor(exact)


@pytest.mark.parametrize(
    ("share", "resize"), [(0.875, 256), (0.95, 235), (1.0, 224), (0.9, 248), (0.965, 232)]
)
def test_the_shares_of_published_weights(said, share, resize):
    assert said(pretrained_cfg=prepared(crop_pct=share)).look.resize == resize


def test_where_it_is_not_said_the_share_is_timms_own(said):
    assert said(pretrained_cfg=prepared()).look.resize == 256


@pytest.mark.parametrize("mode", ["lanczos", "random", "nearest"])
def test_another_interpolation_is_taken_as_bicubic(said, mode):
    assert said(pretrained_cfg=prepared(interpolation=mode)).look.mode == "bicubic"


@pytest.mark.parametrize("mode", ["squash", "border"])
def test_pictures_that_were_not_cut_have_no_look(said, mode):
    assert said(pretrained_cfg=prepared(crop_mode=mode)).look is None


def test_the_older_form_has_it_without_a_name(said):
    facts = said(architecture="resnet18", num_classes=1000, **prepared(crop_pct=0.95))
    assert (facts.look.resize, facts.network) == (235, "resnet18")
    assert facts.classes == imagenet_classes()


def test_what_another_library_writes_gives_classes_and_no_look(said):
    facts = said(id2label={"1": "bee", "0": "ant"}, architectures=["ResNet"], num_channels=3)
    assert (facts.classes, facts.look, facts.network) == (("ant", "bee"), None, "")


@pytest.mark.parametrize("where", ["config", "pretrained_cfg"])
@pytest.mark.parametrize("kind", [list, lambda names: dict(enumerate(names))])
def test_classes_are_named_where_names_are_said(said, where, kind):
    names = {"label_names": kind(["ant", "bee"]), "num_classes": 2}
    config = names if where == "config" else {"pretrained_cfg": names}
    assert said(**config).classes == ("ant", "bee")


@pytest.mark.parametrize(
    ("config", "classes"),
    [
        ({"num_classes": 1000}, imagenet_classes()),
        ({"pretrained_cfg": {"num_classes": 1000}}, imagenet_classes()),
        ({"num_classes": 1001}, ()),
        ({"num_classes": 10}, ()),
        ({}, ()),
        ({"label_names": [*imagenet_wnids()]}, imagenet_classes()),
        ({"label_names": ["n1", "n2"], "label_descriptions": {"n1": "ant"}}, ("ant", "n2")),
        (
            {"label_names": ["n1", "n2"], "label_descriptions": {"n1": "ant", "n2": "ant"}},
            ("n1", "n2"),
        ),
        ({"id2label": {"0": "ant", "2": "bee"}}, ()),
        ({"id2label": {"ant": 0}}, ()),
    ],
)
def test_classes_without_plain_names(said, config, classes):
    assert said(**config).classes == classes


@pytest.mark.parametrize(
    ("card", "config", "licence"),
    [
        ("---\nlicense: apache-2.0\n---\n", {"license": "mit"}, "apache-2.0"),
        ('---\ntags: [a]\nlicense: "mit"\n---', {}, "mit"),
        ("no head\nlicense: mit\n", {}, ""),
        ("---\ntags: a\n---\nlicense: mit\n---\n", {}, ""),
        ("---\nlicense:\n- mit\n---\n", {}, ""),
        ("", {"license": "mit"}, "mit"),
        (None, {"pretrained_cfg": {"license": "mit"}}, "mit"),
        (None, {}, ""),
    ],
)
def test_the_licence_is_what_the_card_says_first(said, card, config, licence):
    assert said(card, **config).licence == licence
