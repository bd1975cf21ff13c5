"""The asset build: everything the browser is served, made once per lock, without a trace in git."""

import gzip
import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from trainer import paths
from trainer.assets import build
from trainer.assets.build import AssetError

HERE = build.HERE
SYMBOL = f"{{{build.SVG}}}symbol"


def test_an_install_leaves_everything_current() -> None:
    assert paths.assets_state() == "current", "run python -m trainer.assets"
    names = {path.name for path in paths.VENDOR.iterdir()}
    assert names >= {*build.FILES.values(), build.CHARTS, "icons.svg", "LICENCES.txt", "STAMP"}
    for path in paths.VENDOR.glob("*.gz"):
        assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()


def test_the_sprite_holds_each_named_icon_once() -> None:
    sheet = ElementTree.parse(paths.VENDOR / "icons.svg").getroot()
    symbols = sheet.findall(SYMBOL)
    assert [symbol.get("id") for symbol in symbols] == build.wanted_icons()
    assert len(set(build.wanted_icons())) == len(symbols)
    assert all(len(symbol) for symbol in symbols)


def test_every_icon_a_template_uses_is_in_the_list() -> None:
    used = {
        name
        for path in paths.TEMPLATES.rglob("*.html")
        for name in re.findall(r"icons\.svg[^#]*#([a-z0-9-]+)", path.read_text("utf-8"))
    }
    assert used <= set(build.wanted_icons())


def test_the_lock_is_exact_and_names_no_place_to_download_from() -> None:
    packages = json.loads((HERE / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    assert packages[""]["dependencies"] == wanted
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
    assert all(package["integrity"] for place, package in packages.items() if place)
    assert "://" not in (HERE / "package-lock.json").read_text("utf-8")


def test_charts_are_one_script_without_eval_and_half_of_the_whole() -> None:
    script = (paths.VENDOR / build.CHARTS).read_text("utf-8")
    assert script.startswith(("var echarts=", '"use strict";var echarts='))
    assert "new Function(" not in script
    assert not re.search(r"\beval\(", script)
    assert (paths.VENDOR / f"{build.CHARTS}.gz").stat().st_size < 200 * 1024
    notices = (paths.VENDOR / "LICENCES.txt").read_text("utf-8")
    assert "Apache ECharts" in notices
    assert "zrender" in notices


def test_nothing_that_others_wrote_is_kept() -> None:
    ignored = (paths.ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "/static/vendor/" in ignored


def test_a_current_folder_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "STAMP").write_text(build.stamp())
    monkeypatch.setattr(build, "fetch", lambda folder: pytest.fail("npm ran for nothing"))
    assert build.build(tmp_path) is False


def test_another_lock_makes_the_folder_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "VENDOR", tmp_path)
    assert paths.assets_state() == "missing"
    (tmp_path / "STAMP").write_text("what an older lock left")
    assert paths.assets_state() == "stale"
    (tmp_path / "STAMP").write_text(build.stamp())
    assert paths.assets_state() == "current"


def test_without_npm_the_build_asks_for_one_from_pypi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRAINER_SKIP_ASSETS", raising=False)
    monkeypatch.setattr(build, "current", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert build.requirements() == [build.BROTLI, build.NODE_FROM_PYPI]
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/npm")
    assert build.requirements() == [build.BROTLI]
    monkeypatch.setattr(build, "current", lambda: True)
    assert build.requirements() == []


def test_an_icon_that_does_not_exist_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"icons\.txt: .* no box-seam\."):
        build.sprite(tmp_path, ["box-seam"])


def test_a_dead_registry_is_told_with_its_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRAINER_SKIP_ASSETS", raising=False)
    refused = subprocess.CompletedProcess([], 1, stdout="npm error code ECONNREFUSED\n")
    monkeypatch.setattr(build, "npm", lambda: ["/usr/bin/npm"])
    monkeypatch.setattr("subprocess.run", lambda *args, **options: refused)
    with pytest.raises(AssetError, match=r"ECONNREFUSED[\s\S]*TRAINER_SKIP_ASSETS=1"):
        build.build(tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()
