"""For every test and scenario: one known key for stand-ins, and rulebooks kept here, never in the developer's own folders."""

import os
from pathlib import Path

HERE = Path(__file__).parent
os.environ["HUIQI_KEY_FILE"] = str(HERE / "tests" / "pseudonym.key")
os.environ.setdefault("HUIQI_CACHE", str(HERE / ".pytest_cache" / "rulebooks"))
