"""Inference on durable_rules: the production rules that combine verdicts into conclusions.

Conditions are judged outside, exactly; this package asserts their verdicts ("holds", "fails",
"unknown") as small facts, and the engine's rules conclude: a recognition held, an exclusion that
bars, a measure granted, refused or left open. Every node has a small set of mutually exclusive
rules, so each conclusion comes from exactly one fired rule; a missing rule is an error, never a
default. The engine compares no number and sees no absence. Stratum follows stratum: what one
concluded is a fact for the next.
"""

from __future__ import annotations

from .reason import Combiner, conclude, judge_rete, posting, verify
from .rulesets import InferenceError, forget, registered, rulesets_for

__all__ = ["Combiner", "InferenceError", "conclude", "forget", "judge_rete", "posting", "registered", "rulesets_for", "verify"]
