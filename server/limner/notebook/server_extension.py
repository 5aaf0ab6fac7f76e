"""JupyterLab's way to the daemon: adds the websocket `limner/ws` to a Jupyter server.

`pip install limner` switches it on (`etc/jupyter/jupyter_server_config.d/limner.json`).
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from limner._version import VERSION


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "limner.notebook.server_extension"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Add the websocket to a Jupyter server."""
    if not hasattr(socket, "AF_UNIX"):
        server.log.warning("Limner needs Unix sockets, which are not here: run Jupyter in WSL.")
        return
    # here, because it cannot be imported where there are no Unix sockets
    from jupyter_server.utils import url_path_join

    from limner.notebook.relay_socket import Relay

    route = url_path_join(server.web_app.settings["base_url"], "limner", "ws")
    root = str(Path(server.root_dir).absolute())
    server.web_app.add_handlers(".*$", [(route, Relay, {"root": root})])
    server.log.info("Limner %s: notebooks and files are served at %s", VERSION, route)
