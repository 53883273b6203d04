"""What is installed is locked, and the lock is the one that setup.cfg asks for. (Out of date? ./huiqi lock)"""

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.making import ROOT

LOCK = ROOT / "install" / "lock"
FILES = ("build", "base", "rete", "dev")


def locked(bundle, name: str) -> list:
    return list(bundle.pins((LOCK / f"{name}.txt").read_text(encoding="utf-8")))


def test_each_file_has_its_lock_and_no_other(lock):
    assert sorted(p.stem for p in LOCK.iterdir()) == sorted(FILES) == sorted(lock.requirements())


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_locked_within_its_range(name, lock, bundle):
    """For every Python and system that the lock serves."""
    _, lines = lock.requirements()[name]
    assert lines
    for target in bundle.TARGETS:
        for python in bundle.PYTHONS:
            environment = target.environment(python)
            versions = {canonicalize_name(pin.name): pin.version for pin in locked(bundle, name) if pin.holds(environment)}
            for requirement in map(Requirement, lines):
                if requirement.marker is None or requirement.marker.evaluate(environment):
                    version = versions.get(canonicalize_name(requirement.name))
                    assert version is not None, f"{requirement} is not in {name}.txt: ./huiqi lock"
                    assert requirement.specifier.contains(version), f"{requirement}: {version} in {name}.txt: ./huiqi lock"


@pytest.mark.parametrize("name", FILES)
def test_every_line_is_a_version_with_hashes_and_names_no_place(name, bundle):
    """Lines that are anything else are refused by the reader of pins."""
    pins = locked(bundle, name)
    assert pins
    assert len({pin.name for pin in pins}) == len(pins)
    text = (LOCK / f"{name}.txt").read_text(encoding="utf-8")
    assert not [word for word in ("://", "--index", "--find-links", "--extra", "/opt", " @ ") if word in text]


def test_the_checks_run_with_the_very_versions_that_are_shipped(bundle):
    dev = {pin.name: pin for pin in locked(bundle, "dev")}
    assert [pin for pin in locked(bundle, "base") if dev.get(pin.name) != pin] == []


@pytest.mark.parametrize("line", ["-e .", "--index-url https://example.org/simple", "click", "click==8.1", "click @ file:///x.whl", "click==8.1 --hash=md5:00"])
def test_line_that_pins_no_file_is_no_lock(line, bundle):
    with pytest.raises(bundle.BundleError, match="看不懂的一行"):
        list(bundle.pins(line + "\n"))
