"""The specification lowered once: what is asked, of which facts, as numbered plain data.

`lower` makes a `Program` of a rulebook; `bind` makes a `Plan` of it for one day, one year of application and one choice
of schemes, with every figure folded. Back ends run a plan and know nothing of rulebooks. What must stay true: lowering is
a closed match. What it does not know in full it hands to the reference, counted and with the reason; it never guesses.
"""

from __future__ import annotations

from .bind import Gate, Plan, Pricing, Verdicts, bind
from .lower import lower
from .program import Program
from .sides import Sides, side, sides

__all__ = ["Gate", "Plan", "Pricing", "Program", "Sides", "Verdicts", "bind", "lower", "side", "sides"]
