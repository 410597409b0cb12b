"""The first notebook in a real JupyterLab, in a real browser: all cells run, the first figure is seen, offline."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from pipeline.paths import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium")

SETTINGS = {
    # all cells stand in the page, also those that are scrolled away
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
PATIENCE = 50_000  # milliseconds that a single step may take on a slow machine
PROMPTS = "[...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].map(each => each.textContent)"


@pytest.fixture
def place(tmp_path, small_ledger):
    """A folder with the notebook, its parameters pointing at a small ledger."""
    kept = json.loads((ROOT / "notebooks" / "00_start.ipynb").read_text("utf-8"))
    (cell,) = [cell for cell in kept["cells"] if "parameters" in cell["metadata"].get("tags", [])]
    source = "".join(cell["source"])
    for default, path in (('"data/processed"', small_ledger), ('"figures"', tmp_path / "figures")):
        assert source.count(default) == 1
        source = source.replace(default, repr(str(path)))
    cell["source"] = source
    made = tmp_path / "notebooks"
    made.mkdir()
    (made / "00_start.ipynb").write_text(json.dumps(kept), "utf-8")
    return made


@pytest.fixture
def lab(place, tmp_path):
    """The address of a JupyterLab in that folder, with a home of its own."""
    settings = tmp_path / "settings" / "@jupyterlab"
    for name, values in SETTINGS.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "XDG_", "IPYTHON"))}
    environment = kept | {
        "HOME": str(home), "USERPROFILE": str(home), "JUPYTERLAB_SETTINGS_DIR": str(settings.parent),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")])),
    }  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={place}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    address, said = f"http://127.0.0.1:{port}", tmp_path / "lab.log"
    with said.open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=place)
        try:
            wait_for(address, server, said)
            yield address
        finally:
            server.terminate()  # it ends its kernels
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(address, server, said):
    """Wait until the server answers; it may be slow, but must not have ended."""
    deadline = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{address}/api", timeout=5).close()
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, said.read_text("utf-8")
            assert time.monotonic() < deadline, said.read_text("utf-8")
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def page():
    """A page of a browser that can reach nothing but this machine, and `asked`, all that it asked for."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        opened = browser.new_page(viewport={"width": 1400, "height": 1000})
        opened.set_default_timeout(PATIENCE)
        opened.asked = []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.on("websocket", lambda socket: opened.asked.append(socket.url))
        yield opened
        browser.close()


def test_all_cells_of_the_first_notebook_run(page, lab, place):
    page.goto(f"{lab}/lab/tree/00_start.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_text(
        re.compile(r"\| Idle$")
    ).first.wait_for()  # in the status bar: before that, running asks for a kernel
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()

    page.wait_for_function(f"{PROMPTS}.some(text => /\\d/.test(text))")
    page.wait_for_function(
        f"document.querySelector('[data-mime-type=\"application/vnd.jupyter.error\"]') || "
        f"{PROMPTS}.every(text => /^\\[\\d+\\]:$/.test(text))"
    )
    errors = page.locator("[data-mime-type='application/vnd.jupyter.error']")
    assert errors.all_inner_texts() == []
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts() == []

    figure = page.locator(".jp-OutputArea-output img").first
    figure.scroll_into_view_if_needed()
    assert figure.is_visible()
    assert figure.evaluate("image => image.complete && image.naturalWidth > 600")
    assert "自报完成率" in page.locator(".jp-Notebook").inner_text()
    assert (place.parent / "figures" / "start_completion.png").is_file()

    assert any(url.startswith("ws://") for url in page.asked)
    outside = [
        url for url in page.asked if not re.match(rf"(http|ws)://{lab.removeprefix('http://')}/|data:|blob:", url)
    ]
    assert outside == []
