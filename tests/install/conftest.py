"""install/bundle.py and install/lock.py are scripts; here they are read as modules."""

import importlib.util
import sys
from types import ModuleType

import pytest

from tests.making import ROOT


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"install_{name}", ROOT / "install" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def bundle():
    return _script("bundle")


@pytest.fixture(scope="session")
def lock():
    return _script("lock")
