"""Which images judge: the split that is asked for, else test, val, or all where there is one."""

import pytest
import torch

from striate.data import Collection, Judges, Problem, Split, open_images, open_labelled
from striate.data.judging import together
from striate.data.photos.collected import Photos
from striate.errors import OptionError


def collection(**counts):
    splits = {
        name: Split(
            torch.full((count, 1, 4, 4), place, dtype=torch.uint8),
            torch.zeros(count, dtype=torch.int64),
            tuple(f"{name}-{number}" for number in range(count)),
        )
        for place, (name, count) in enumerate(counts.items())
    }
    return Collection("blots", "/blots", ("ant", "bee"), splits, notes=("images are grey",))


WHOLE = collection(train=5, val=3, test=2)


@pytest.mark.parametrize(
    ("found", "split", "own", "name", "count", "says"),
    [
        (WHOLE, None, True, "test", 2, "Judged by test of /blots: 2 images."),
        (WHOLE, "val", True, "val", 3, "by val of /blots, which chose its weights: 3 images."),
        (WHOLE, "train", True, "train", 5, "train of /blots, from which it learned: 5 images."),
        (WHOLE, "all", True, "all", 10, "by all images of /blots, among them those from which"),
        (WHOLE, "all", False, "all", 10, "Judged by all images of /blots: 10 images."),
        (WHOLE, "train", False, "train", 5, "Judged by train of /blots: 5 images."),
        (collection(train=5, val=3), None, True, "val", 3, "which chose its weights"),
        (collection(train=5), None, False, "all", 5, "Judged by all images of /blots: 5 images."),
    ],
)
def test_the_split_that_judges(found, split, own, name, count, says):
    judges = Judges.of(found, split, own=own)
    assert (judges.name, len(judges.images)) == (name, count)
    assert says in judges.sentence
    form = judges.as_dict()
    told = [] if own else ["images are grey"]
    assert form == {
        "split": name,
        "source": "/blots",
        "images": count,
        "left_out": [],
        "notes": told,
    }


def test_a_split_that_is_not_there_is_refused():
    with pytest.raises(OptionError, match="blots has no split 'test'") as caught:
        Judges.of(collection(train=5, val=3), "test")
    assert caught.value.help[0] == "it has train, val"


def test_files_that_were_left_out_are_counted_and_the_first_is_named():
    problems = tuple(Problem(f"{k}.png", "truncated", "it ends early") for k in (1, 2))
    judges = Judges(WHOLE.splits["test"], "test", "/blots", problems, own=False)
    assert judges.sentence.endswith(
        "; 2 files left out, the first: 1.png: truncated: it ends early."
    )
    assert judges.as_dict()["left_out"][1] == "2.png: truncated: it ends early"


def test_all_images_are_those_of_the_splits_one_after_the_other():
    whole = together(list(WHOLE.splits.values()))
    assert whole.files == sum((split.files for split in WHOLE.splits.values()), ())
    assert whole.images.flatten(1)[:, 0].tolist() == [0] * 5 + [1] * 3 + [2] * 2


def test_photos_are_put_together_without_a_copy(lay):
    source, size = lay({"a": 9, "b": 9}, size=(90, 70)), (3, 32, 32)
    found = open_images(source, size=size)
    splits = list(found.splits.values())
    assert all(isinstance(split.images, Photos) for split in splits)
    whole = together(splits)
    assert whole.images.flat is splits[0].images.flat
    assert torch.equal(whole.images[:], torch.cat([split.images[:] for split in splits]))
    judges = Judges.of(open_labelled(source, classes=("b", "a"), size=size))
    assert judges.name == "all"
    assert sorted(judges.images.files) == sorted(whole.files)
    assert set(judges.images.labels[:8].tolist()) == {1}


def test_where_no_epoch_was_trained_val_chose_nothing():
    judges = Judges.of(collection(train=5, val=3), own=True, chose=False)
    assert "by val of /blots, which chose nothing: 3 images." in judges.sentence
