"""Arrays, archives of arrays and Datasets: what they mean, and what is refused with a sentence."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from striate.data import address, open_images, open_labelled
from striate.data.sources.arrays import Part, array_collection
from striate.data.sources.datasets import read_dataset
from striate.data.sources.levels import as_levels
from striate.errors import DataError, OptionError
from striate.runs import Order

BYTES = np.random.default_rng(0).integers(0, 256, (30, 6, 5), dtype=np.uint8)
LABELS = np.arange(30) % 3


def collection(images=BYTES, labels=LABELS, **options):
    return array_collection({"train": Part(images, labels, "x")}, **options)


@given(arrays(np.uint8, (2, 3, 4), elements=st.integers(0, 255)))
def test_bytes_and_parts_of_white_are_the_same_images(levels):
    levels[0, 0, 0] = 255
    for form in (levels, levels / 255, levels.astype("f4") / 255, levels.astype(int)):
        assert torch.equal(as_levels(form, "x").images[:, 0], torch.from_numpy(levels))
    tensor = torch.from_numpy(levels.astype("f4") / 255)
    assert torch.equal(as_levels(tensor, "x").images[:, 0], torch.from_numpy(levels))


def test_parts_of_white_are_the_nearest_byte():
    parts = np.array([[[0.499 / 255, 0.501 / 255, 0.5, 0.999, 1.0]]])
    assert as_levels(parts, "x").images.flatten().tolist() == [0, 1, 128, 255, 255]


def test_channels_are_found_in_front_and_behind():
    colour = np.stack([BYTES, 255 - BYTES, BYTES // 2], 1)
    expected = torch.from_numpy(colour)
    for form, where in ((colour, "first"), (np.moveaxis(colour, 1, 3), "last")):
        levels = as_levels(form, "x")
        assert torch.equal(levels.images, expected)
        assert f"channels {where}" in levels.note
    assert as_levels(BYTES[..., None], "x").images.shape == (30, 1, 6, 5)
    assert as_levels(list(BYTES), "x").images.shape == (30, 1, 6, 5)
    assert as_levels(BYTES > 9, "x").images.unique().tolist() == [0, 255]


def test_what_was_given_stays_as_it_is():
    images = BYTES.copy()
    found = collection(images)
    found.splits["train"].images.zero_()
    assert np.array_equal(images, BYTES)


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (BYTES.reshape(30, 30), "has the shape"),
        (np.zeros((4, 5, 5, 5)), "has no such channels"),
        (np.zeros((4, 3, 9, 3)), "in front or behind"),
        (np.zeros((4, 9, 9, 4)), r"without transparency: x\[..., :3\]"),
        (np.zeros((4, 64)), r"rows of pixels: x.reshape\(-1, 8, 8\)"),
        (np.zeros((0, 8, 8)), "has the shape"),
        (BYTES - 100.0, "no levels of brightness"),
        (BYTES * 300.0, "no levels of brightness"),
        (BYTES / 100, "is 1 white, or 255?"),
        (np.where(BYTES[7, 2, 2] == BYTES, np.nan, 0.5), "has a number that is not finite"),
        ([np.zeros((3, 3)), np.zeros((4, 3))], "all of one size"),
        (np.full((4, 3, 3), "a"), "not numbers"),
    ],
)
def test_images_that_cannot_be_told_are_refused(images, says):
    with pytest.raises(DataError, match=says) as refused:
        as_levels(images, "x")
    assert refused.value.help


def test_the_image_that_is_not_finite_is_named():
    images = np.zeros((5, 4, 4))
    images[3, 1, 2] = np.inf
    with pytest.raises(DataError, match="image 3 of x"):
        as_levels(images, "x")


def test_labels_are_numbers_or_texts_in_their_order():
    assert collection(labels=(LABELS + 9).tolist()).classes == ("9", "10", "11")
    assert collection(labels=torch.from_numpy(LABELS)[:, None]).classes == ("0", "1", "2")
    assert collection(labels=(LABELS > 0).tolist()).classes == ("False", "True")
    assert collection(labels=np.array(LABELS, object)).classes == ("0", "1", "2")
    named = collection(labels=[["cat", "ant", "bee"][label] for label in LABELS])
    assert named.classes == ("ant", "bee", "cat")
    assert named.splits["train"].labels[:4].tolist() == [2, 0, 1, 2]
    assert collection(names=["a", "b", "c"]).classes == ("a", "b", "c")


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (LABELS[:-1], "30 images and 29 labels"),
        (np.eye(30), r"y.argmax\(1\)"),
        (LABELS / 2, "have 0.0 at place 0"),
        ([2**70] * 30, f"have {2**70}"),
        ([*LABELS[:-1], None], "have None at place 29"),
        ([*LABELS[:-1].tolist(), "ant"], "have 'ant' at place 29"),
        (["ant", *LABELS[1:].tolist()], "have 1 at place 1"),
        (["ant"] * 29 + [None], "have None at place 29"),
        (7, r"have the shape \(\)"),
        ([[1], [2, 3]], "are not one list"),
    ],
)
def test_labels_that_are_none_are_refused(labels, says):
    with pytest.raises(DataError, match=says):
        collection(labels=labels)


def test_splits_have_to_belong_together():
    def splits(test_images=BYTES, test_labels=LABELS):
        return open_images({"train": (BYTES, LABELS), "test": (test_images, test_labels)})

    assert [len(split) for split in splits().splits.values()] == [27, 3, 30]
    with pytest.raises(DataError, match="images of 1x6x5, and test has images of 1x5x6"):
        splits(BYTES.reshape(30, 5, 6))
    with pytest.raises(DataError, match="white as 255, and test has white as 1"):
        splits(BYTES / 255)
    assert len(splits(test_labels=LABELS.astype(np.uint8)).splits["test"]) == 30
    with pytest.raises(DataError, match="test has a class that train has not: 3"):
        splits(test_labels=LABELS + 1)
    with pytest.raises(DataError, match="test has a class that train has not: 'a'"):
        splits(test_labels=["a"] * 30)
    with pytest.raises(DataError, match="splits are called 'a'"):
        open_images({"a": (BYTES, LABELS)})
    with pytest.raises(DataError, match="names of classes"):
        collection(names=["a", "b"])


@pytest.mark.parametrize("source", [(BYTES,), 7, None, [BYTES], {"train": BYTES}, BYTES])
def test_what_is_no_source_is_refused(source):
    with pytest.raises(DataError):
        open_images(source)


def test_arrays_are_divided_as_a_flat_folder_is_and_can_judge():
    found = open_images((BYTES, LABELS), seed=4)
    assert (found.name, found.source, found.size) == ("arrays", "memory", (1, 6, 5))
    assert [len(split) for split in found.splits.values()] == [21, 3, 6]
    for split in found.splits.values():
        for image, label, file in zip(split.images, split.labels, split.files, strict=True):
            place = int(file.removeprefix("images[").removesuffix("]"))
            assert np.array_equal(image[0], BYTES[place])
            assert label == LABELS[place]
    assert open_images((BYTES, LABELS), seed=4).digest == found.digest
    judged = open_labelled((BYTES, LABELS), classes="210", size=(3, 12, 10)).splits["train"]
    assert judged.images.shape == (30, 3, 12, 10)
    assert judged.labels.tolist() == (2 - LABELS).tolist()


def test_behind_arrays_stand_labels_and_behind_everything_the_network():
    assert Order.of(BYTES, [LABELS, "lenet5"], {}).network.name == "lenet5"
    assert Order.of(BYTES, [], {"labels": LABELS}).images[1] is LABELS
    assert Order.of("photos", [], {"labels": "list.csv"}).images == ("photos", "list.csv")
    assert Order.of("photos", ["lenet5"], {}).images == "photos"
    with pytest.raises(OptionError, match="images without labels"):
        Order.of(BYTES, [], {})
    with pytest.raises(OptionError, match="takes images and labels and network"):
        Order.of(BYTES, [LABELS, "small", 3], {})
    with pytest.raises(OptionError, match="network is given twice"):
        Order.of("photos", ["small"], {"network": "small"})


@pytest.mark.parametrize(
    "names",
    [
        ("x", "y", None, None),
        ("images", "labels", None, None),
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
    ],
)
def test_an_archive_is_opened_by_the_names_that_people_use(tmp_path, names):
    held = dict(zip(names, (BYTES, LABELS, BYTES[:6], LABELS[:6]), strict=True))
    held.pop(None, None)
    np.savez(tmp_path / "mine.npz", **held)
    found = open_images(tmp_path / "mine.npz")
    assert (found.name, found.source) == ("mine", str(tmp_path / "mine.npz"))
    sizes = [21, 3, 6] if names[2] is None else [27, 3, 6]
    assert [len(split) for split in found.splits.values()] == sizes
    assert open_images(found.source).digest == found.digest


def test_an_archive_may_name_its_classes(tmp_path):
    np.savez(tmp_path / "mine.npz", x=BYTES, y=LABELS, classes=["ant", "bee", "cat"])
    assert open_images(tmp_path / "mine.npz").classes == ("ant", "bee", "cat")


@pytest.mark.parametrize(
    ("held", "says"),
    [
        ({"a": BYTES}, "holds a: no images"),
        ({"x": BYTES}, "has x and no y"),
        ({"x_test": BYTES, "y_test": LABELS}, "no images to learn from"),
        ({"x": BYTES, "y": LABELS, "images": BYTES, "labels": LABELS}, "has x and images"),
        ({"x": BYTES, "y": np.array([{}] * 30, dtype=object)}, "cannot be read: Object arrays"),
    ],
)
def test_an_archive_without_the_names_is_refused(tmp_path, held, says):
    np.savez(tmp_path / "mine.npz", **held)
    with pytest.raises(DataError, match=says) as refused:
        open_images(tmp_path / "mine.npz")
    assert "np.savez(path, x=x, y=y)" in refused.value.help[0] or "keep one" in refused.value.help


def test_a_damaged_archive_is_refused(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez_compressed(path, x=BYTES, y=LABELS)
    whole = path.read_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2], whole[:200] + whole[220:]):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"mine\.npz"):
            open_images(path)
    np.save(tmp_path / "mine.npy", BYTES)
    (tmp_path / "mine.npy").rename(path)
    with pytest.raises(DataError, match="no archive of arrays"):
        open_images(path)


def test_no_damaged_byte_of_an_archive_is_more_than_a_sentence(tmp_path):
    path, chance = tmp_path / "mine.npz", np.random.default_rng(5)
    np.savez_compressed(path, x=BYTES, y=LABELS)
    whole, refused = np.frombuffer(path.read_bytes(), np.uint8), 0
    for _ in range(150):
        damaged = whole.copy()
        damaged[chance.integers(0, len(whole), 3)] = chance.integers(0, 256, 3)
        path.write_bytes(damaged.tobytes())
        try:
            open_images(path)
        except DataError:
            refused += 1
    assert refused > 100


class Pictures:
    """A Dataset as torchvision has them: PIL images, numbers, and names of the classes."""

    classes = ("ant", "bee", "cat")

    def __len__(self):
        return len(BYTES)

    def __getitem__(self, place):
        return Image.fromarray(BYTES[place]), int(LABELS[place])


def test_a_dataset_is_read_once_and_is_the_same_images():
    found = open_images(Pictures())
    assert (found.name, found.classes, found.source) == (
        "Pictures",
        ("ant", "bee", "cat"),
        "memory",
    )
    arrays = open_images((BYTES, LABELS))
    for name, split in found.splits.items():
        assert torch.equal(split.images, arrays.splits[name].images)
        assert torch.equal(split.labels, arrays.splits[name].labels)


def test_a_dataset_of_torch_and_one_of_mappings_are_opened():
    tensors = torch.utils.data.TensorDataset(torch.from_numpy(BYTES / 255), torch.tensor(LABELS))
    images = torch.from_numpy(BYTES)
    assert torch.equal(read_dataset(tensors, "x").images[:, 0], images)
    rows = [{"image": Image.fromarray(image), "label": "ant"} for image in BYTES]
    assert torch.equal(read_dataset(rows, "x").images[:, 0], images)


def test_images_of_several_sizes_are_brought_to_one():
    items = [(Image.new("RGB", (10 + i, 20), (i, 90, 200)), i % 2) for i in range(4)]
    items.append((np.zeros((30, 40), np.uint8), 1))
    part = read_dataset(items, "x")
    assert part.images.shape == (5, 3, 64, 64)
    assert part.images[3, :, 5, 5].tolist() == [3, 90, 200]
    assert read_dataset(items, "x", (7, 9)).images.shape == (5, 3, 7, 9)


def test_an_item_that_raises_is_left_out_and_named():
    class Holey(Pictures):
        def __getitem__(self, place):
            if place == 4:
                raise KeyError("lost")
            return super().__getitem__(place)

    found = open_images(Holey())
    assert [str(problem) for problem in found.problems] == [
        "images[4]: cannot be read: KeyError: 'lost'"
    ]
    files = {file for split in found.splits.values() for file in split.files}
    assert files == {f"images[{place}]" for place in range(30) if place != 4}


@pytest.mark.parametrize(
    ("items", "says"),
    [
        ([BYTES[0]], r"x\[0\] is ndarray without image and label"),
        ([("path.jpg", 1)], r"x\[0\] has str where its image"),
        ([{"pixels": BYTES[0], "label": 1}], "is dict without image and label"),
        ([(torch.randn(3, 8, 8) - 9, 1)], "no levels of brightness"),
        ([(BYTES[0], 1), (BYTES[0] / 255, 1)], "255 for white, and x.1. 1"),
        ([], "has no item that can be read"),
    ],
)
def test_items_that_are_no_labelled_images_are_refused(items, says):
    with pytest.raises(DataError, match=says):
        read_dataset(items, "x")


def test_memory_is_no_address_but_a_path_is():
    assert address((BYTES, LABELS)) == address(Pictures()) == "memory"
    assert address("memory") != "memory"
