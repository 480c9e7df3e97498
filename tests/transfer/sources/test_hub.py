"""Weights from the Hugging Face hub: its own client, against a server that answers as the hub does.

What the known repositories say of themselves is written here as timm writes it.
"""

import json
import os
import subprocess
import sys

import pytest
from serving import CLOSED, Answer, made, move_hub, sha256

from striate.errors import WeightsError
from striate.transfer.sources import imagenet_classes, offers, open_weights
from striate.transfer.sources.published import repositories
from striate.zoo import entries

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SEEN = {
    "timm/resnet18.a1_in1k": ("resnet18", 0.95, "bicubic", 235),
    "timm/resnet34.a1_in1k": ("resnet34", 0.95, "bicubic", 235),
    "timm/resnet50.a1_in1k": ("resnet50", 0.95, "bicubic", 235),
    "timm/vgg16.tv_in1k": ("vgg16", 0.875, "bilinear", 256),
    "timm/densenet121.tv_in1k": ("densenet121", 0.875, "bicubic", 256),
    "timm/mobilenetv2_100.ra_in1k": ("mobilenetv2_100", 0.875, "bicubic", 256),
    "timm/convnext_tiny.in12k_ft_in1k": ("convnext_tiny", 0.95, "bicubic", 235),
}
"""Architecture, crop_pct and interpolation, and the short side that follows."""

ONE = "timm/resnet18.a1_in1k"


def config(architecture, share, mode, **more):
    """What timm's save_config_for_hf writes."""
    return json.dumps(
        {
            "architecture": architecture,
            "num_classes": 1000,
            "num_features": 512,
            "global_pool": "avg",
            "pretrained_cfg": {
                "tag": "a1_in1k",
                "custom_load": False,
                "input_size": [3, 224, 224],
                "fixed_input_size": False,
                "interpolation": mode,
                "crop_pct": share,
                "crop_mode": "center",
                "mean": list(MEAN),
                "std": list(STD),
                "num_classes": 1000,
                "pool_size": [7, 7],
                "first_conv": "conv1",
                "classifier": "fc",
            },
        }
        | more
    ).encode()


def publish(hub, name, seed=1, **more):
    """Lay a known repository on the server; gives its bytes."""
    content = made(seed, "safetensors")
    card = b"---\ntags:\n- image-classification\nlicense: apache-2.0\n---\n# Model card\n"
    said = {"config_json": config(*SEEN[name][:3])}
    hub.publish(name, **(said | {"model_safetensors": content, "README_md": card} | more))
    return content


@pytest.fixture
def patient(monkeypatch):
    """The client asks again without waiting in between; gives how often it would have waited."""
    from huggingface_hub.utils import _http

    waited = []
    monkeypatch.setattr(_http.time, "sleep", waited.append)
    return waited


def test_the_known_repositories_are_those_of_networks_in_the_zoo():
    assert {row.name for row in repositories()} == set(SEEN)
    assert {row.network for row in repositories()} <= {entry.name for entry in entries()}


@pytest.mark.parametrize("name", SEEN)
def test_each_known_repository_is_fetched_once_and_known_for_what_it_is(name, hub, tmp_path):
    content = publish(hub, name, seed=len(name))
    weights = open_weights(name)
    files = ("model.safetensors", "config.json", "README.md")
    assert set(hub.files) == {f"/{name}/resolve/main/{file}" for file in files}
    architecture, _, mode, resize = SEEN[name]
    network = {"mobilenetv2_100": "mobilenet_v2"}.get(architecture, architecture)
    assert (weights.source, weights.network) == (name, network)
    assert weights.sha256 == sha256(content)
    assert tmp_path / "hub" in weights.file.parents
    look = weights.look
    assert (look.size, look.resize, look.mode) == ((3, 224, 224), resize, mode)
    assert (look.mean, look.std) == (MEAN, STD)
    assert (weights.licence, weights.classes) == ("apache-2.0", imagenet_classes())
    assert open_weights(name).sha256 == weights.sha256
    assert len(hub.files) == 3


@pytest.mark.parametrize("how", ["unreachable", "offline"])
def test_without_a_network_what_is_in_the_cache_is_used(how, hub, patient, monkeypatch):
    publish(hub, ONE, README_md=b"no head")
    known = open_weights(ONE)
    _leave(monkeypatch, how)
    again = open_weights(ONE)
    assert (again.sha256, again.look, again.classes) == (known.sha256, known.look, known.classes)
    assert again.licence == "apache-2.0"


@pytest.mark.parametrize(
    ("how", "reason"),
    [("unreachable", f"{CLOSED} cannot be reached"), ("offline", "HF_HUB_OFFLINE is set")],
)
def test_without_a_network_the_file_and_what_to_do_are_named(
    how, reason, hub, patient, monkeypatch
):
    _leave(monkeypatch, how)
    with pytest.raises(WeightsError, match=f"is not on this machine, .*: {reason}") as refused:
        open_weights(ONE)
    assert len(refused.value.help) == 1
    assert refused.value.help[0].startswith("put model.safetensors and config.json of http")
    assert refused.value.help[0].endswith("into a folder, and name it: --weights FOLDER")
    assert patient == []


def _leave(monkeypatch, how):
    """Be without a network."""
    from huggingface_hub import constants

    if how == "offline":
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    else:
        move_hub(monkeypatch, CLOSED)


def test_any_other_repository_is_opened_too(hub):
    facts = {"id2label": {"0": "ant", "1": "bee"}, "license": "mit"}
    hub.publish(
        "somebody/insects",
        model_safetensors=made(1, "safetensors"),
        config_json=json.dumps(facts).encode(),
    )
    weights = open_weights("somebody/insects")
    assert (weights.classes, weights.licence) == (("ant", "bee"), "mit")
    assert (weights.look, weights.network) == (None, "")


def test_a_repository_without_a_config_is_its_tensors(hub, monkeypatch):
    hub.publish("somebody/insects", model_safetensors=made(1, "safetensors"))
    weights = open_weights("somebody/insects")
    assert (weights.look, weights.classes, weights.licence) == (None, (), "")
    _leave(monkeypatch, "offline")
    assert open_weights("somebody/insects").sha256 == weights.sha256


def test_what_the_card_says_of_the_licence_counts_first(hub):
    publish(hub, ONE, README_md=b"---\nlicense: cc-by-nc-4.0\n---\n")
    assert open_weights(ONE).licence == "cc-by-nc-4.0"


def test_a_repository_that_is_not_there_is_said_with_one_that_is(hub):
    with pytest.raises(WeightsError, match=r"no repository timm/resnet18\.a2_in1k") as refused:
        open_weights("timm/resnet18.a2_in1k")
    assert refused.value.help[0] == "did you mean 'timm/resnet18.a1_in1k'?"


def test_a_repository_without_weights_is_said(hub):
    hub.publish("somebody/words", config_json=b"{}")
    with pytest.raises(WeightsError, match=r"somebody/words has no model\.safetensors") as refused:
        open_weights("somebody/words")
    assert refused.value.help == ["name a file: --weights FILE"]


def test_a_repository_behind_terms_is_said(hub):
    gated = Answer(b"", 403, {"X-Error-Code": "GatedRepo", "X-Error-Message": "ask first"})
    for file in ("model.safetensors", "config.json", "README.md"):
        hub.answers[f"/somebody/secret/resolve/main/{file}"] = gated
    with pytest.raises(WeightsError, match="only to those who accept its terms") as refused:
        open_weights("somebody/secret")
    assert "HF_TOKEN" in refused.value.help[0]


def test_a_name_that_no_repository_can_have_is_refused(hub):
    with pytest.raises(WeightsError, match=r"no repository a\.\.b/c"):
        open_weights("a..b/c")
    assert hub.asked == []


def test_what_has_another_digest_than_the_hub_says_is_refused(hub):
    publish(hub, ONE)
    hub.answers[f"/{ONE}/resolve/main/model.safetensors"].headers["ETag"] = f'"{"0" * 64}"'
    with pytest.raises(WeightsError, match=r"is damaged: its SHA-256 is .* the hub's is 00000000"):
        open_weights(ONE)


def test_a_server_that_breaks_off_is_said(hub, patient):
    publish(hub, ONE)
    hub.answers[f"/{ONE}/resolve/main/model.safetensors"].sent = 100
    with pytest.raises(WeightsError, match=r"its model\.safetensors could not be fetched"):
        open_weights(ONE)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"<html>log in</html>"), "what answers at http://127.0.0.1:[0-9]+ is no hub"),
        (Answer(b"", 500), "answered 500"),
        (Answer(b"", 403), "answered 403"),
    ],
    ids=["page", "500", "403"],
)
def test_a_server_that_is_no_hub_is_said(answer, reason, hub, patient):
    for file in ("model.safetensors", "config.json", "README.md"):
        hub.answers[f"/{ONE}/resolve/main/{file}"] = answer
    with pytest.raises(WeightsError, match=reason):
        open_weights(ONE)


def test_what_is_here_is_offered_with_its_size(hub):
    assert not any(offer.file for offer in offers())
    content = publish(hub, ONE)
    open_weights(ONE)
    here = [offer for offer in offers() if offer.file]
    assert [offer.name for offer in here] == [ONE]
    assert here[0].megabytes == round(len(content) / 2**20, 1)
    assert here[0].as_dict()["file"] == str(here[0].file)


def test_the_environment_says_where_the_hub_and_its_cache_are(hub, tmp_path):
    publish(hub, ONE)
    program = (
        "import sys\n"
        "from striate.transfer.sources import open_weights\n"
        "assert 'huggingface_hub' not in sys.modules\n"
        f"print(open_weights({ONE!r}).file)\n"
    )
    environment = os.environ | {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "elsewhere")}
    environment.pop("HF_HUB_CACHE", None)
    command = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "elsewhere" / "hub"))
    assert done.stderr == ""
