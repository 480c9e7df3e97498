"""A server on this machine that has made weights, under the paths of those that have real ones."""

import hashlib
import io
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import torch
from safetensors.torch import save

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CLOSED = "http://127.0.0.1:9"
"""An address at which nobody listens."""


def made(seed, form="pth"):
    """The bytes of made weights, as torch.save or safetensors write them."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {"fc.weight": torch.randn(10, 4, generator=generator), "fc.bias": torch.zeros(10)}
    if form == "safetensors":
        return save(tensors)
    written = io.BytesIO()
    torch.save(tensors, written)
    return written.getvalue()


def sha256(content):
    """The digest of bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@dataclass
class Answer:
    """What a server says: a status, headers, and bytes, of which it may send only the first."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    sent: int | None = None


class Server(ThreadingHTTPServer):
    """Gives the answers that it was given by path; keeps what it was asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def got(self):
        """The paths that were asked for with GET."""
        return [path for verb, path in self.asked if verb == "GET"]

    @property
    def files(self):
        """Those of them that are files of repositories; the hub's client asks for more."""
        return [path for path in self.got if "/resolve/" in path]

    def publish(self, repository, **files):
        """Lay a repository of the hub: its files by name, `_` for the dot of the ending."""
        missing = Answer(status=404, headers={"X-Error-Code": "EntryNotFound"} | _commit())
        for name in ("model.safetensors", "config.json", "README.md"):
            self.answers[f"/{repository}/resolve/main/{name}"] = missing
        for name, content in files.items():
            stem, _, ending = name.rpartition("_")
            digest = sha256(content) if ending == "safetensors" else sha256(content)[:40]
            etag = {"ETag": f'"{digest}"'}
            path = f"/{repository}/resolve/main/{stem}.{ending}"
            self.answers[path] = Answer(content, headers=etag | _commit())


def _commit():
    return {"X-Repo-Commit": COMMIT}


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD."""

    def do_GET(self, body=True):
        self.server.asked.append((self.command, self.path))
        lost = Answer(b"nothing here", 404, {"X-Error-Code": "RepoNotFound"})
        answer = self.server.answers.get(self.path, lost)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        if body:
            self.wfile.write(answer.content[: answer.sent])

    def do_HEAD(self):
        self.do_GET(body=False)

    def log_message(self, *arguments):
        pass


def move_hub(monkeypatch, address):
    """Let the hub be elsewhere."""
    from huggingface_hub import constants

    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
