"""data.fetching against a server on this machine: what arrives, what does not, and what is said."""

import hashlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from striate.data.sources.cifar import cifar_splits
from striate.data.sources.fetching import cache_folder, locate
from striate.data.sources.idx import idx_splits
from striate.data.sources.published import CIFAR10, FASHION_MNIST, MNIST, PUBLISHED, Published
from striate.errors import DataError

CONTENTS = {"a.gz": b"first" * 50_000, "b.gz": b"second"}


class Silent(SimpleHTTPRequestHandler):
    """A server that counts what it is asked for."""

    asked: list[str] = []  # noqa: RUF012 (one list for each server, put there by the fixture)

    def do_GET(self):
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The folder tmp_path/web behind an address, as the mirror; gives what it was asked for."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(Silent, "asked", [])
    handler = partial(Silent, directory=str(tmp_path / "web"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("STRIATE_MIRROR", f"http://127.0.0.1:{http.server_port}/")
        yield Silent.asked
        http.shutdown()
        thread.join()


@pytest.fixture
def small(tmp_path):
    """A set of two small files that is on the server."""
    for name, content in CONTENTS.items():
        (tmp_path / "web" / "small").mkdir(parents=True, exist_ok=True)
        (tmp_path / "web" / "small" / name).write_bytes(content)
    sums = {name: hashlib.md5(content).hexdigest() for name, content in CONTENTS.items()}
    return Published("small", "http://127.0.0.1:9/nowhere", sums, idx_splits, ("x",), False, 0)


def test_files_are_fetched_once_into_the_cache(server, small, tmp_path, capfd):
    folder = locate(small)
    assert folder == tmp_path / "cache" / "small"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENTS
    assert server == ["/small/a.gz", "/small/b.gz"]
    assert "fetching small from http://127.0.0.1" in capfd.readouterr().err
    assert locate(small) == folder
    assert len(server) == 2
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_there_is_not_fetched_again(server, small, tmp_path):
    (tmp_path / "cache" / "small").mkdir(parents=True)
    (tmp_path / "cache" / "small" / "a.gz").write_bytes(CONTENTS["a.gz"])
    locate(small)
    assert server == ["/small/b.gz"]


def test_another_checksum_is_refused_and_nothing_is_kept(server, small, tmp_path):
    (tmp_path / "web" / "small" / "b.gz").write_bytes(b"second!")
    with pytest.raises(
        DataError, match=r"/small/b\.gz could not be fetched: .* checksum"
    ) as refused:
        locate(small)
    assert refused.value.help[0] == f"put a.gz, b.gz into {tmp_path / 'cache' / 'small'}"
    assert [path.name for path in (tmp_path / "cache" / "small").iterdir()] == ["a.gz"]


def test_a_file_that_the_server_does_not_have_is_named(server, small, tmp_path):
    (tmp_path / "web" / "small" / "a.gz").unlink()
    with pytest.raises(DataError, match=r"a\.gz could not be fetched: the server answered 404"):
        locate(small)


def test_without_a_server_the_files_and_their_place_are_named(small, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(
        DataError, match=r"small is not on this machine, .* cannot be reached"
    ) as no:
        locate(small)
    assert no.value.help == [
        f"put a.gz, b.gz into {tmp_path / 'cache' / 'small'}",
        "or set STRIATE_DATA to a folder whose folder small has them",
        "`digits` needs no network",
    ]


@pytest.mark.parametrize("mirror", ["nonsense", "ftp://127.0.0.1", "http://"])
def test_a_mirror_that_is_no_address_is_refused(small, mirror, monkeypatch):
    monkeypatch.setenv("STRIATE_MIRROR", mirror)
    with pytest.raises(DataError, match="could not be fetched"):
        locate(small)


def test_a_cache_that_cannot_be_written_is_refused(server, small, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match="could not be fetched"):
        locate(small)


@pytest.mark.parametrize("end", [".gz", ""])
def test_the_shelf_is_looked_at_first(server, small, tmp_path, monkeypatch, end):
    monkeypatch.setenv("STRIATE_DATA", str(tmp_path / "shelf"))
    assert locate(small) == tmp_path / "cache" / "small"
    (tmp_path / "shelf" / "small").mkdir(parents=True)
    for name in CONTENTS:
        (tmp_path / "shelf" / "small" / (name.removesuffix(".gz") + end)).touch()
    assert locate(small) == tmp_path / "shelf" / "small"


def test_the_cache_is_where_the_system_has_it(monkeypatch):
    monkeypatch.delenv("STRIATE_CACHE")
    assert "striate" in str(cache_folder())
    assert cache_folder().is_absolute()


def test_the_published_sets_are_complete():
    assert tuple(PUBLISHED) == ("mnist", "fashion-mnist", "cifar10")
    assert (MNIST.read, FASHION_MNIST.read, CIFAR10.read) == (idx_splits, idx_splits, cifar_splits)
    for published in PUBLISHED.values():
        assert len(published.classes) == len(set(published.classes)) == 10
        assert all(len(checksum) == 32 for checksum in published.files.values())
        assert published.address.startswith("http")
