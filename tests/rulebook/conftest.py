"""The reader of fixture blocks is shared with tests/language."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "language"))
