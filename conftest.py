"""For every test and scenario: one known key for stand-ins, and rulebooks kept here, never in the developer's own folders."""

import gc
import os
from pathlib import Path

HERE = Path(__file__).parent
os.environ["HUIQI_KEY_FILE"] = str(HERE / "tests" / "pseudonym.key")
os.environ["HUIQI_CACHE"] = os.environ.get("HUIQI_CACHE") or str(HERE / ".pytest_cache" / "rulebooks")


def pytest_collection_finish() -> None:
    """Ten thousand tests stay to the end: the collector need not look through them again and again.

    Nor need it look after every 700 objects: a decision holds no circle, and a rulebook's few can wait a little.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
