"""A server on this machine that has made weights, and no way out to the real ones."""

import threading

import pytest
from serving import Server, move_hub


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """No test meets the weights, caches or mirrors of the machine that it runs on."""
    for name in ("STRIATE_DATA", "STRIATE_MIRROR", "HF_TOKEN", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("STRIATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def server():
    """A server with nothing on it."""
    with Server() as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield http
        http.shutdown()
        thread.join()


@pytest.fixture
def hub(server, tmp_path, monkeypatch):
    """The server as the Hugging Face hub, with the client's cache in tmp_path/hub."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no token"))
    move_hub(monkeypatch, server.address)
    return server
