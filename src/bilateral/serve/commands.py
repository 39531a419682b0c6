"""The command `bilateral serve`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bilateral.query.settings import Settings

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


def _limits(command: Callable[..., None]) -> Callable[..., None]:
    # Their ranges are held by settings_from, where those of the environment are held too.
    for setting in reversed(fields(Settings)):
        name = setting.name.replace("_", "-")
        if isinstance(setting.default, bool):
            option = click.option(
                f"--{name}/--no-{name}", default=None, help=setting.metadata["help"]
            )
        else:
            option = click.option(
                f"--{name}",
                type=type(setting.default),
                help=f"{setting.metadata['help']}  [default: {setting.default}]",
            )
        command = option(command)
    return command


@click.command("serve")
@click.option("--graph", "graph_path", type=click.Path(path_type=Path), default=Path("out"),
              show_default=True, help="A build's folder, or an RDF file.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, type=click.IntRange(0, 65_535), metavar="PORT",
              show_default=True, help="Port to listen on; 0 takes a free one.")  # fmt: skip
@_limits
def serve(graph_path: Path, host: str, port: int, **limits: Any) -> None:  # noqa: ANN401
    """Serve the graph: SPARQL at /sparql, the questions at /questions, a page for every IRI.

    Read only, and within limits: each has an option, an environment variable (BILATERAL_ and its
    name), and a line in docs/limits.md.

    \b
    Example:
      bilateral serve --port 8000 --query-seconds 5
    """
    from bilateral.query.settings import settings_from  # noqa: PLC0415
    from bilateral.serve.app import app_of  # noqa: PLC0415
    from bilateral.serve.server import Server  # noqa: PLC0415 - slow, and only this command needs it

    settings = settings_from(limits)
    app = app_of(graph_path, settings)
    server = Server(app, settings)
    listening = _listening(host, port)
    name, number = listening.getsockname()[:2]
    where = f"http://[{name}]:{number}/" if ":" in name else f"http://{name}:{number}/"

    def ready() -> None:
        click.echo(f"Serving at {where} (SPARQL at /sparql); stop with Ctrl-C.", err=True)

    def stop() -> None:
        server.should_exit = True

    app.state.ready, app.state.stop = ready, stop
    server.run(sockets=[listening])
    if failure := getattr(app.state, "failure", None):
        raise failure


def _listening(host: str, port: int) -> socket.socket:
    import socket  # noqa: PLC0415

    from bilateral.errors import BuildError  # noqa: PLC0415

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # Connections wait from here on: whoever reads the address may ask at once.
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as taken:
        what = f"{host}:{port} cannot be listened on: {taken.strerror}"
        raise BuildError(what, "Choose another port with --port, or --port 0.") from taken
