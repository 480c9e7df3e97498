"""data.telling: another program reads what there is of each class, and what was left out."""

import json

import pytest

from striate.data import data_json, open_images


def test_counts_preparation_and_what_was_left_out_are_told(lay):
    root = lay({"train/cat": 30, "train/dog": 20, "test/cat": 3, "test/dog": 4}, size=(60, 40))
    (root / "train" / "dog" / "007.png").write_bytes(b"no image")
    found = open_images(root, size=24)
    told = json.loads(data_json(found))
    assert told["images"] == 30 + 19 + 7
    assert told["splits"]["train"] == {"cat": 27, "dog": 17}
    assert told["splits"]["test"] == {"cat": 3, "dog": 4}
    assert told["problems"] == [
        {
            "file": "train/dog/007.png",
            "kind": "not an image",
            "detail": found.problems[0].detail,
        }
    ]
    assert told["size"] == [3, 24, 24]
    assert told["preparation"] == {
        "colour": True,
        "kept": [27, 27],
        "seen": [24, 24],
        "mean": pytest.approx(found.mean),
        "deviation": pytest.approx(found.std),
    }
    assert (told["digest"], told["notes"]) == (found.digest, list(found.notes))


def test_images_that_are_kept_as_they_are_have_no_margin(lay):
    told = json.loads(data_json(open_images(lay({"cat": 9, "dog": 9}, size=(20, 10)))))
    assert told["preparation"]["kept"] == told["preparation"]["seen"] == [10, 20]
