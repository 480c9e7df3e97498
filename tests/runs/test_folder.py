"""Run folders: numbered, never shared, named by what any file system takes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from striate.errors import RunError
from striate.runs.folder import new_folder


def test_no_two_ever_get_the_same_folder(tmp_path):
    with ThreadPoolExecutor(16) as pool:
        folders = list(pool.map(lambda _: new_folder(tmp_path / "runs", "a", "b"), range(40)))
    assert {folder.name for folder in folders} == {f"a-b{number}" for number in range(1, 41)}


@pytest.mark.parametrize(
    ("data", "network", "name"),
    [
        ("digits", "lenet5", "digits-lenet5-1"),
        ("my photos (2)", "a/../b", "my-photos-2-a-..-b1"),
        ("..", "?", "unnamed-unnamed1"),
        ("Blüten", "net.v2", "Blüten-net.v2-1"),
        ("digits", "squeezenet1_0", "digits-squeezenet1_0-1"),
    ],
)
def test_names_are_plain(tmp_path, data, network, name):
    folder = new_folder(tmp_path, data, network)
    assert folder.name == name
    assert folder.parent == tmp_path


def test_a_project_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunError, match=r"no run folder can be made in .*runs"):
        new_folder(tmp_path / "runs", "digits", "lenet5")
