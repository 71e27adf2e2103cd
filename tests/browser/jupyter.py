"""A real JupyterLab of this Python, in a folder of its own: nothing of the machine's settings is read or written."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output

SECONDS = 60  # for JupyterLab to do something, on a machine that does much else
CALM: dict[str, dict[str, object]] = {  # nobody asks a question, and cells out of sight are drawn too
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def executed(outputs: Sequence[Mapping[str, str]]) -> Any:
    """A notebook that has run: a cell for each of these outputs, which are MIME bundles."""
    cells = [
        new_code_cell(
            f"output {number}",
            execution_count=number,
            outputs=[new_output("execute_result", data={"text/plain": "text", **bundle}, execution_count=number)],
        )
        for number, bundle in enumerate(outputs, start=1)
    ]
    return new_notebook(cells=cells, metadata=KERNEL)


def written(sources: Sequence[str]) -> Any:
    """A notebook that has not run: a cell for each of these sources."""
    return new_notebook(cells=[new_code_cell(source) for source in sources], metadata=KERNEL)


class Lab:
    """A running server.

    Attributes:
        url: Its address.
        notebooks: The folder that it shows.
    """

    def __init__(self, folder: Path) -> None:
        self.notebooks = folder / "notebooks"
        self._folder = folder
        self._settings = folder / "settings"
        self.url = ""

    def write(self, name: str, notebook: Any, *, trusted: bool) -> str:
        """Write a notebook, signed as this server signs what it has run, if it is to be trusted; its address."""
        path = self.notebooks / f"{name}.ipynb"
        nbformat.write(notebook, path)
        notary = NotebookNotary(data_dir=str(self._folder / "data"))
        if trusted:
            notary.sign(nbformat.read(path, as_version=4))
        else:  # a signature is one of what is in a file, which another file may have had
            notary.unsign(nbformat.read(path, as_version=4))
        return f"{self.url}lab/workspaces/{name}/tree/{path.name}"

    def wear(self, theme: str) -> None:
        """From the next page on, the light theme or the dark one."""
        self._set("@jupyterlab/apputils-extension:themes", {"theme": THEMES[theme]})

    @contextmanager
    def drawing(self, mode: str) -> Iterator[None]:
        """For a while, pages draw cells that are out of sight as JupyterLab's "windowing mode" says."""
        tracker = "@jupyterlab/notebook-extension:tracker"
        self._set(tracker, {"windowingMode": mode})
        yield
        self._set(tracker, CALM[tracker])

    def stop_kernels(self) -> None:
        """Stop what opened notebooks have started."""
        with urllib.request.urlopen(f"{self.url}api/sessions") as answer:
            sessions = json.load(answer)
        for session in sessions:
            request = urllib.request.Request(f"{self.url}api/sessions/{session['id']}", method="DELETE")
            urllib.request.urlopen(request).close()

    def _set(self, plugin: str, values: dict[str, object]) -> None:
        extension, _, name = plugin.partition(":")
        path = self._settings / extension / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator["Lab"]:
        """Start the server, on a port that is free, and stop it."""
        self.notebooks.mkdir()
        for plugin, values in CALM.items():
            self._set(plugin, values)
        named = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON"))}
        environment |= {key: str(self._folder / name) for key, name in named.items()}
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"),
            *(f"--ServerApp.root_dir={self.notebooks}", "--LabApp.extension_manager=readonly"),
        ]
        log = self._folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(command, env=environment, cwd=self._folder, stdout=output, stderr=output)
        try:
            self.url = self._answering(server, log)
            yield self
            self.stop_kernels()
        finally:
            server.terminate()
            server.wait()

    def _answering(self, server: "subprocess.Popen[bytes]", log: Path) -> str:
        described = self._folder / "runtime" / f"jpserver-{server.pid}.json"
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and server.poll() is None:
            try:
                url: str = json.loads(described.read_text(encoding="utf-8"))["url"]
                urllib.request.urlopen(f"{url}api").close()
            except (OSError, ValueError):
                time.sleep(0.1)
            else:
                return url
        raise RuntimeError(f"JupyterLab does not answer:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
