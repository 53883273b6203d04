"""The peers on the 30 x 6 work, each told it in its own words. Runs in the peers' own environment, without huiqi.

Each `make_…` returns what decides one enterprise: a function from its facts to its answer, which must
hold `measures` (id to verdict and amount, None where the peer computes none) and whatever else the peer
says of itself. What must stay true: a peer is used as its documents say (compiled once, asked many
times), in the number type it has by nature.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from work import CAP, CONDITIONS, FACTS, MEASURES, RATE, asked, barred, threshold

Facts = dict[str, int]
NAMES = [f"f{n}" for n in range(FACTS)]


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One contestant: `decide` is timed; `read` makes of what it returned `{measure: [eligible, amount]}`, untimed."""

    title: str
    package: str
    decide: Callable[[Facts], Any]
    read: Callable[[Any], dict[str, list[Any]]]
    answer: Callable[[Any], Any] = lambda result: result  # as JSON
    note: str = ""

    @property
    def version(self) -> str:
        return version(self.package) if self.package else ""


def make_python() -> Peer:
    """Hand-written Python on integers (amounts in 分), every condition judged: the floor of this language."""
    thresholds = [threshold(n) for n in range(FACTS)]
    measures = [(m, asked(m), barred(m)) for m in range(MEASURES)]

    def decide(facts: Facts) -> list[tuple[bool, list[bool], bool, int]]:
        values = [facts[name] for name in NAMES]
        holds = [value >= least for value, least in zip(values, thresholds, strict=True)]
        out = []
        for _, reads, bar in measures:
            conditions = [holds[n] for n in reads]
            excluded = values[bar] < 0
            granted = all(conditions) and not excluded
            out.append((granted, conditions, excluded, min(values[reads[0]] * RATE, CAP * 100) if granted else 0))
        return out

    def read(result: list[tuple[bool, list[bool], bool, int]]) -> dict[str, list[Any]]:
        return {f"m.{m}": [granted, f"{amount // 100}.{amount % 100:02d}"] for m, (granted, _, _, amount) in enumerate(result)}

    return Peer(title="hand-written Python, integers", package="", decide=decide, read=read, note="every condition's verdict; exact")


def make_zen() -> Peer:
    """zen-engine: one expression node, with its trace, as JSON text."""
    import zen

    expressions = []
    for m in range(MEASURES):
        test = " and ".join(f"f{n} >= {threshold(n)}" for n in asked(m)) + f" and not(f{barred(m)} < 0)"
        expressions.append({"id": f"e{m}", "key": f"m{m}", "value": f"{test} ? min([f{asked(m)[0]} * {RATE / 100}, {CAP}]) : 0"})
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        {"id": "x", "name": "x", "type": "expressionNode", "content": {"expressions": expressions}},
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ]
    edges = [{"id": "a", "type": "edge", "sourceId": "in", "targetId": "x"}, {"id": "b", "type": "edge", "sourceId": "x", "targetId": "out"}]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def read(text: str) -> dict[str, list[Any]]:
        result = json.loads(text)["result"]
        return {f"m.{m}": [result[f"m{m}"] > 0, result[f"m{m}"]] for m in range(MEASURES)}

    return Peer(
        title="zen-engine, with trace, as JSON text", package="zen-engine", decide=lambda facts: json.dumps(decision.evaluate(facts, {"trace": True})),
        read=read, answer=json.loads, note="a value a measure and its inputs; conditions not itemised",
    )  # fmt: skip


def make_openfisca() -> Peer:
    """OpenFisca: one entity, a variable a fact, two a measure; made for many at once, asked of one here."""
    import numpy as np
    from openfisca_core.entities import Entity
    from openfisca_core.periods import YEAR as EACH_YEAR
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    firm = Entity("firm", "firms", "", "")
    system = TaxBenefitSystem([firm])

    def variable(name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": firm, "definition_period": EACH_YEAR, "label": name}
        system.add_variable(type(name, (Variable,), body if formula is None else {**body, "formula": formula}))

    def granted(m: int) -> Any:
        def formula(one: Any, period: Any) -> Any:
            holds = one(f"f{barred(m)}", period) >= 0
            for n in asked(m):
                holds = holds * (one(f"f{n}", period) >= threshold(n))
            return holds

        return formula

    def amount(m: int) -> Any:
        def formula(one: Any, period: Any) -> Any:
            return one(f"g{m}", period) * np.minimum(one(f"f{asked(m)[0]}", period) * (RATE / 100), CAP)

        return formula

    for name in NAMES:
        variable(name, float)
    for m in range(MEASURES):
        variable(f"g{m}", bool, granted(m))
        variable(f"a{m}", float, amount(m))

    def decide(facts: Facts) -> list[tuple[bool, float]]:
        simulation = SimulationBuilder().build_default_simulation(system, 1)
        for name, value in facts.items():
            simulation.set_input(name, "2025", [value])
        return [(bool(simulation.calculate(f"g{m}", "2025")[0]), float(simulation.calculate(f"a{m}", "2025")[0])) for m in range(MEASURES)]

    return Peer(title="OpenFisca, one enterprise", package="OpenFisca-Core", decide=decide, read=_pairs, note="32-bit floats; made for many at once")


def make_clips() -> Peer:
    """CLIPS: a fact each, a rule a measure that asserts its award; what no rule granted is refused."""
    import clips

    engine = clips.Environment()
    engine.build("(deftemplate f (slot n (type INTEGER)) (slot v (type INTEGER)))")
    engine.build("(deftemplate award (slot m (type INTEGER)) (slot a (type FLOAT)))")
    for m in range(MEASURES):
        tests = [f"(f (n {n}) (v ?v{c}&:(>= ?v{c} {threshold(n)})))" for c, n in enumerate(asked(m))]
        bar = f"(not (f (n {barred(m)}) (v ?x&:(< ?x 0))))"
        engine.build(f"(defrule m{m} {' '.join(tests)} {bar} => (assert (award (m {m}) (a (min (* ?v0 {RATE / 100}) {float(CAP)})))))")
    fact = engine.find_template("f")

    def decide(facts: Facts) -> list[tuple[bool, float]]:
        engine.reset()
        for n, name in enumerate(NAMES):
            fact.assert_fact(n=n, v=facts[name])
        engine.run()
        out = [(False, 0.0)] * MEASURES
        for found in engine.find_template("award").facts():
            out[found["m"]] = (True, found["a"])
        return out

    return Peer(title="CLIPS", package="clipspy", decide=decide, read=_pairs, note="64-bit floats; a refusal is the absence of a grant")


def make_cel() -> Peer:
    """CEL: two compiled programs a measure, every one asked of the same context."""
    import cel

    tests, amounts = [], []
    for m in range(MEASURES):
        tests.append(cel.compile(" && ".join([*(f"f{n} >= {threshold(n)}" for n in asked(m)), f"!(f{barred(m)} < 0)"])))
        share = f"double(f{asked(m)[0]}) * {RATE / 100}"
        amounts.append(cel.compile(f"{share} < {float(CAP)} ? {share} : {float(CAP)}"))

    def decide(facts: Facts) -> list[tuple[bool, float]]:
        context = cel.Context(facts)
        out = []
        for test, amount in zip(tests, amounts, strict=True):
            granted = test.execute(context)
            out.append((granted, amount.execute(context) if granted else 0.0))
        return out

    return Peer(title="CEL (common-expression-language, Rust)", package="common-expression-language", decide=decide, read=_pairs, note="64-bit floats")


def make_durable_rules() -> Peer:
    """durable_rules alone on the same nodes: six verdicts a measure handed over, the conclusions read; no thresholds, no amounts."""
    import durable_rules_engine as engine

    rules: dict[str, Any] = {"sentinel": {"all": [{"m": {"s": "1"}}]}}
    for m in range(MEASURES):
        holds = [{"n": f"n{m}"}, *({f"w{c}": "holds"} for c in range(CONDITIONS - 1)), {"u": "fails"}]
        fails = [*({f"w{c}": "fails"} for c in range(CONDITIONS - 1)), {"u": "holds"}]
        rules[f"n{m}.granted"] = {"all": [{"m": {"$and": holds}}]}
        rules[f"n{m}.refused"] = {"all": [{"m": {"$and": [{"n": f"n{m}"}, {"$or": fails}]}}]}
    handle = engine.create_ruleset("bench", json.dumps(rules))

    def messages(facts: Facts) -> list[dict[str, str]]:
        verdicts = ["holds" if facts[name] >= threshold(n) else "fails" for n, name in enumerate(NAMES)]
        out = [{"s": "1", "sid": "bench", "id": "0"}]
        for m in range(MEASURES):
            one = {"n": f"n{m}", "sid": "bench", "id": f"n{m}", "u": "holds" if facts[f"f{barred(m)}"] < 0 else "fails"}
            out.append(one | {f"w{c}": verdicts[n] for c, n in enumerate(asked(m))})
        return out

    def decide(facts: Facts) -> set[str]:
        fired: set[str] = set()
        state = engine.assert_facts(handle, json.dumps(messages(facts)))[1]
        started = engine.start_action_for_state(handle, state)
        message = started[1] if started else None
        while message:
            fired.add(message[2 : message.index('"', 2)])
            message = engine.complete_and_start_action(handle, state)
        engine.delete_state(handle, "bench")
        return fired

    def read(fired: set[str]) -> dict[str, list[Any]]:
        return {
            f"m.{m}": [{(True, False): True, (False, True): False}.get((f"n{m}.granted" in fired, f"n{m}.refused" in fired)), None] for m in range(MEASURES)
        }

    return Peer(
        title="durable_rules alone, same nodes", package="durable_rules", decide=decide, read=read, answer=sorted,
        note="verdicts of conditions handed over; no thresholds, no amounts",
    )  # fmt: skip


def _pairs(result: list[tuple[bool, Any]]) -> dict[str, list[Any]]:
    return {f"m.{m}": [granted, amount] for m, (granted, amount) in enumerate(result)}


PEERS: dict[str, Callable[[], Peer]] = {
    "python": make_python,
    "zen": make_zen,
    "openfisca": make_openfisca,
    "clips": make_clips,
    "cel": make_cel,
    "durable_rules": make_durable_rules,
}
