"""For every test and scenario: stand-ins of personal words under one known key, never the developer's own.

And how much is tried: `HUIQI_PROFILE=long` multiplies the examples of every property (tests.making.examples)
and the pairs of tests/properties; the daily profile is what `./huiqi test` has minutes for. No property is
left out of either, and neither looks at the clock.
"""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

os.environ["HUIQI_KEY_FILE"] = str(Path(__file__).parent / "tests" / "pseudonym.key")

settings.register_profile("daily", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("daily"), print_blob=True)
settings.load_profile(os.environ.get("HUIQI_PROFILE", "daily"))
