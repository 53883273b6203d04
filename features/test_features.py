"""Every feature file beside this module, run as tests.

`HUIQI_FEATURES` narrows it to the files named there: the adequacy check runs only the features of
what it mutates.
"""

from __future__ import annotations

import os

from pytest_bdd import scenarios

scenarios(*(os.environ["HUIQI_FEATURES"].split(os.pathsep) if os.environ.get("HUIQI_FEATURES") else ["."]))
