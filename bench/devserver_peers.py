"""The servers that are compared: what serves the same 2 KB page, and where its text is edited."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from common import ROOT

ENVIRONMENTS = ROOT / ".local" / "bench"
PAGE = "<!doctype html><title>page</title>" + "<p>two kilobytes of page</p>" * 72

LAMBDA = '''"""Answer.

infra:
  routes: ["/", "/{{proxy+}}"]
"""
PAGE = {page!r} + "MARK"


def lambda_handler(event, context):
    return {{"headers": {{"Content-Type": "text/html"}}, "body": PAGE}}
'''
FLASK = """from flask import Flask

PAGE = {page!r} + "MARK"
app = Flask(__name__)


@app.get("/")
def home():
    return PAGE
"""
LIVERELOAD = (
    FLASK
    + """

if __name__ == "__main__":
    import sys

    from livereload import Server

    app.debug = True
    server = Server(app.wsgi_app)
    server.watch("app.py")
    server.serve(port=int(sys.argv[1]), host="127.0.0.1", debug=True)
"""
)
CHALICE = """from chalice import Chalice, Response

PAGE = {page!r} + "MARK"
app = Chalice(app_name="bench")


@app.route("/")
def home():
    return Response(PAGE, headers={{"Content-Type": "text/html"}})
"""
WSGI = """PAGE = ({page!r} + "MARK").encode()


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]
"""


@dataclass(frozen=True)
class Peer:
    """command: from the environment's bin folder, the project's folder and a port. edited: file with MARK."""

    name: str
    packages: tuple[str, ...]
    files: dict[str, str]
    command: Callable[[Path, Path, int], list[str]]
    edited: str
    edits: int = 8

    def prepare(self, folder: Path) -> Path:
        """Write the project; the bin folder of its environment, which is made on the first use."""
        for name, text in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.format(page=PAGE) if "{page" in text else text)
        return environment(self.packages) if self.packages else Path(sys.executable).parent


def environment(packages: tuple[str, ...]) -> Path:
    home = ENVIRONMENTS / packages[0].partition("=")[0]
    bin = home / "bin"
    if not (home / "done").exists():
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run(
            [uv, "venv", "-q", "--allow-existing", "--python", sys.executable, str(home)], check=True
        )
        subprocess.run([uv, "pip", "install", "-q", "--python", str(bin / "python"), *packages], check=True)
        (home / "done").touch()
    return bin


def polo(bin: Path, folder: Path, port: int, livereload_port: int = 0) -> list[str]:
    ports = ["--port", str(port), "--livereload-port", str(livereload_port)]
    return [str(bin / "python"), "-m", "devserver", "--root", str(folder), *ports, "--no-styles"]


PEERS = (
    Peer(
        "Flask --debug",
        ("flask", "setuptools<81"),
        {"app.py": FLASK},
        lambda bin, folder, port: [str(bin / "flask"), "--app", "app", "--debug", "run", "--port", str(port)],
        "app.py",
    ),
    Peer(
        "Flask + livereload",
        ("livereload", "flask"),
        {"app.py": LIVERELOAD},
        lambda bin, folder, port: [str(bin / "python"), "app.py", str(port)],
        "app.py",
    ),
    Peer(
        "chalice local",
        ("chalice", "setuptools<81"),
        {"app.py": CHALICE, ".chalice/config.json": '{"version": "2.0", "app_name": "bench"}'},
        lambda bin, folder, port: [str(bin / "chalice"), "local", "--port", str(port)],
        "app.py",
    ),
    Peer(
        "bare WSGI (gunicorn)",
        ("gunicorn",),
        {"app.py": WSGI},
        lambda bin, folder, port: [
            str(bin / "gunicorn"),
            *("--threads", "8", "--keep-alive", "60", "--bind", f"127.0.0.1:{port}", "--reload", "app:app"),
        ],
        "app.py",
    ),
    Peer("Polo", (), {"src/lambda_function.py": LAMBDA}, polo, "src/lambda_function.py", edits=100),
)
