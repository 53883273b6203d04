"""How much is tried: `HUIQI_PROFILE=long` multiplies the examples of every property (`tests.making.examples`).

The daily profile is what `./huiqi test` has minutes for. No property is left out of either, and neither
looks at the clock. Here and not beside the features: those need no Hypothesis, and start often.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("daily", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("daily"), print_blob=True)
settings.load_profile(os.environ.get("HUIQI_PROFILE", "daily"))
