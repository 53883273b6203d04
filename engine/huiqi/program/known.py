"""What lowering knows of the specification: the parts of each class it reads, or may leave aside.

What must stay true: a part that is added later, and says something, is not known here, and whatever bears it is handed to
the reference until somebody teaches lowering what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from ..language import typed as t
from ..rulebook import compiled as c

KNOWN: Mapping[type[Any], str] = {
    c.CompiledRulebook: "id title version jurisdiction summary note digest uses documents clauses facts records checks parameters tables definitions "
    "recognitions measures stacking targets strata names path canonical behind cents findings units synonyms",
    c.FactSpec: "key name id kind type bounds usual options decimals yearly personal judgement verified_by label explain evidence date_bounds aliases fixed "
    "event holder example",
    c.CheckSpec: "label expr record at",
    c.TableSpec: "key name match inputs type value_type rows note doubtful unproved uncovered",
    c.RowSpec: "number tests value basis text note",
    c.Test: "op values closed text",
    c.DefinitionSpec: "key name on expr basis explain bounds whole personal",
    c.Condition: "id label expr text role basis start end per_record at note",
    c.Group: "op items id role place label per_record",
    c.AwardSpec: "kind basis expr low text label parts quote at",
    c.Part: "label expr",
    c.Counting: "earlier ignored basis stated",
    c.LimitSpec: "amount count keep scope key column per counting by label basis",
    c.RoundingSpec: "step direction per text basis",
    c.InstalmentSpec: "share label when due",
    c.FundingSpec: "by share",
    c.SchemeSpec: "name document clauses when unless award limits floor rounding pay funded obligations evidence readings note obliged",
    c.MeasureSpec: "key id title family clauses document channel governed_by governed_per_record start end window each records record when unless schemes "
    "base difference difference_label population departments incomplete hint fairness note relies_on at also changing counting",
    c.RecognitionSpec: "key id title kind certificate authority governed_by when unless lapses incomplete evidence basis clauses rulebook aliases",
    c.StackingSpec: "key id title rule members per column amount counting basis note",
    t.Const: "type source value",
    t.FactRef: "type source fact year",
    t.ParameterRef: "type source parameter day",
    t.DefinitionRef: "type source definition base",
    t.RecognitionRef: "type source recognition meets",
    t.NamedDate: "type source name",
    t.Lookup: "type source table arguments",
    t.Negated: "type source operand",
    t.Calculated: "type source op left right zero_fails",
    t.Compared: "type source op left right",
    t.Ranged: "type source low high low_closed high_closed",
    t.Listed: "type source items",
    t.Member: "type source value target",
    t.All: "type source items",
    t.AnyOf: "type source items",
    t.Inverse: "type source operand",
    t.Choice: "type source condition then otherwise",
    t.Applied: "type source function arguments nonnegative",
    t.AbsentTest: "type source operand",
    t.Variable: "type source name",
    t.Field: "type source base name",
}
_LATER: dict[type[Any], tuple[Field[Any], ...]] = {}


def later(kind: type[Any], known: str | None = None) -> tuple[Field[Any], ...]:
    """The parts of a class that are not known here."""
    found = _LATER.get(kind)
    if found is None:
        names = (KNOWN[kind] if known is None else known).split()
        found = _LATER[kind] = tuple(f for f in fields(kind) if f.name not in names)
    return found


def strange(*things: Any) -> bool:
    """Whether one of these is, or says, what is not known here."""
    return any(type(one) not in KNOWN or any(says(one, part) for part in later(type(one))) for one in things)


def says(thing: Any, part: Field[Any]) -> bool:
    """Whether a part says something: is other than where it is left out."""
    value = getattr(thing, part.name)
    if part.default is not MISSING:
        return bool(value != part.default)
    return part.default_factory is MISSING or bool(value != part.default_factory())
