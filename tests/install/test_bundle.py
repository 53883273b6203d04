"""The bundle appears whole or not at all, and carries what a machine without a network needs. Nothing is downloaded here."""

import zipfile
from pathlib import Path

import pytest

from tests.making import ROOT


@pytest.fixture
def offline(bundle, monkeypatch):
    """Downloads and builds leave empty files of the right names."""

    def pip(*arguments, said):
        words = [str(a) for a in arguments]
        folder = Path(words[words.index("--dest" if "--dest" in words else "--wheel-dir") + 1])
        if words[0] == "download":
            last = words[words.index("-r") + 1]
            tag = words[words.index("--platform") + 1]
            python = words[words.index("--python-version") + 1].replace(".", "")
            assert "--require-hashes" in words
            assert "--only-binary=:all:" in words
            for pin in bundle.pins(Path(last).read_text(encoding="utf-8")):
                (folder / f"{pin.name}-{pin.version}-cp{python}-cp{python}-{tag}.whl").touch()
        elif "-r" in words:
            (folder / "durable_rules-2.0.28-cp311-cp311-linux_x86_64.whl").touch()
        else:
            (folder / "huiqi-0.0.1-py3-none-any.whl").write_text("wheel")

    monkeypatch.setattr(bundle, "pip", pip)


def test_bundle_carries_scripts_cases_guide_and_wheels_for_every_kind_of_machine(bundle, offline, tmp_path):
    bundle.make(tmp_path / "离线 包", "0.0.1")
    made = tmp_path / "离线 包"
    assert [p.name for p in tmp_path.iterdir()] == ["离线 包"]
    assert {p.name for p in made.iterdir()} == {"huiqi", "huiqi.cmd", "LICENSE", "cases", "install", "wheels", "安装说明.txt"}
    assert (made / "huiqi").stat().st_mode & 0o111
    for python in ("cp311", "cp312", "cp313"):
        for tag in ("manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "win_amd64"):
            assert list((made / "wheels").glob(f"pydantic-core-*{python}*{tag}.whl"))
    pins = {pin.name: pin for pin in bundle.pins((made / "install/lock/base.txt").read_text(encoding="utf-8"))}
    assert pins["huiqi"].hashes == (bundle._digest(made / "wheels/huiqi-0.0.1-py3-none-any.whl"),)
    assert set(pins) - {"huiqi"} == {pin.name for pin in bundle.pins((ROOT / "install/lock/base.txt").read_text(encoding="utf-8"))}
    assert "huiqi 0.0.1 离线安装说明" in (made / "安装说明.txt").read_text(encoding="utf-8-sig")


def test_zip_keeps_the_script_runnable(bundle, offline, tmp_path):
    bundle.make(tmp_path / "包.zip", "0.0.1")
    assert [p.name for p in tmp_path.iterdir()] == ["包.zip"]
    with zipfile.ZipFile(tmp_path / "包.zip") as made:
        assert made.getinfo("huiqi-0.0.1/huiqi").external_attr >> 16 & 0o111
        assert "huiqi-0.0.1/安装说明.txt" in made.namelist()


@pytest.mark.parametrize("failing", ["download", "build_own", "write_lock", "_copy"])
def test_nothing_is_left_when_a_step_fails(bundle, offline, monkeypatch, failing, tmp_path):
    def fail(*_):
        raise bundle.BundleError("网络不通")

    monkeypatch.setattr(bundle, failing, fail)
    with pytest.raises(bundle.BundleError):
        bundle.make(tmp_path / "包", "0.0.1")
    assert list(tmp_path.iterdir()) == []


def test_engine_that_cannot_be_built_is_left_out_and_said(bundle, monkeypatch, tmp_path):
    def fail(*_, said):
        raise bundle.BundleError(f"{said}没有成功：\ngcc: not found")

    monkeypatch.setattr(bundle, "pip", fail)
    monkeypatch.setattr(bundle.sys, "version_info", (3, 12, 1))
    assert bundle.build_engine(tmp_path, tmp_path) == (None, "没有带（编译 durable_rules没有成功；要有 C 编译器和 Python 头文件）。")


def test_what_is_there_already_is_not_written_over(bundle, tmp_path):
    (tmp_path / "包").mkdir()
    with pytest.raises(bundle.BundleError, match="去处已经有了"):
        bundle.make(tmp_path / "包", "0.0.1")
    with pytest.raises(bundle.BundleError, match="没有这个文件夹"):
        bundle.make(tmp_path / "没有" / "包", "0.0.1")


def test_requirement_of_one_system_is_for_that_system_only(bundle):
    (pin,) = bundle.pins("colorama==0.4.6 ; sys_platform == 'win32' \\\n    --hash=sha256:" + "0" * 64 + "\n")
    assert [target.name for target in bundle.TARGETS if pin.holds(target.environment("3.11"))] == ["Windows"]
