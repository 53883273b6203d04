"""For every test and scenario: stand-ins of personal words under one known key, never the developer's own."""

import os
from pathlib import Path

os.environ["HUIQI_KEY_FILE"] = str(Path(__file__).parent / "tests" / "pseudonym.key")
