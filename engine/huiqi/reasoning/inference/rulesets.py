"""Rulesets in the engine: registered once for what they say, in shards, safely driven.

The engine's traps that shape this module (all measured): rulesets are process-global and leak
unless deleted; a state may be deleted only after an action has run on it (hence the sentinel fact);
sids are compared by hash (hence one fixed sid under a lock); a fact that matches nothing is
reported, not raised, by the C interface; an exception in a stock consequent is swallowed into the
state. After `fork` the child makes its own rulesets.

Rulebooks that combine some nodes alike (one under each way of its open readings) share those shards:
a shard leaves the engine with the last rulebook that uses it.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Protocol

import durable_rules_engine as c_engine  # an ImportError here means: use the reference reasoner

from ...errors import HuiqiError
from ...rulebook.compiled import CompiledRulebook
from .nodes import Node, rules, strata

SHARD = 50  # nodes per ruleset: the engine fails at some hundreds
KEPT = 128  # rulebooks whose rulesets stay registered
_SID = "huiqi"
_SENTINEL = json.dumps({"s": "1", "sid": _SID, "id": "0"})


class InferenceError(HuiqiError):
    """The rule engine did not conclude what it must: a defect, never a verdict."""


class Backend(Protocol):
    """Asserts a batch of facts, each as JSON, and returns the names of the rules that fired."""

    def run(self, facts: Sequence[str]) -> list[str]: ...

    def close(self) -> None: ...


class Slim:
    """The engine's C interface, driven directly: half the time of the stock closures."""

    needed = ("create_ruleset", "assert_facts", "start_action_for_state", "complete_and_start_action", "delete_state", "delete_ruleset")

    def __init__(self, name: str, definition: dict[str, Any]) -> None:
        self.handle = c_engine.create_ruleset(name, json.dumps(definition))

    def run(self, facts: Sequence[str]) -> list[str]:
        fired: list[str] = []
        state = c_engine.assert_facts(self.handle, f"[{','.join((_SENTINEL, *facts))}]")[1]
        try:
            started = c_engine.start_action_for_state(self.handle, state)
            message = started[1] if started else None
            while message:
                # {"rule":{…}}: the name ends at the first quote, ours never contain one
                fired.append(message[2 : message.index('"', 2)])
                message = c_engine.complete_and_start_action(self.handle, state)
        finally:
            if fired:
                c_engine.delete_state(self.handle, _SID)
        return fired

    def close(self) -> None:
        c_engine.delete_ruleset(self.handle)


class Stock:
    """The library's own host and closures: the fallback where the C interface has changed."""

    def __init__(self, name: str, definition: dict[str, Any]) -> None:
        from durable.engine import Host

        class QuietHost(Host):  # type: ignore[misc]
            def _run(self) -> None:
                """No timer thread: it reads freed memory when states come and go."""

        self.fired: list[str] = []

        def action(rule: str) -> Any:
            def fire(_c: Any) -> None:
                self.fired.append(rule)

            return fire

        body = {rule: {**spec, "run": action(rule)} for rule, spec in definition.items()}
        self.host = QuietHost()
        self.host.register_rulesets({name: body})
        self.name = name

    def run(self, facts: Sequence[str]) -> list[str]:
        self.fired = []
        self.host.assert_facts(self.name, [json.loads(x) for x in (_SENTINEL, *facts)])
        state = self.host.get_state(self.name, _SID)
        if state.get("exception"):
            raise InferenceError(f"推理动作出错：{state['exception']}")
        self.host.delete_state(self.name, _SID)
        return self.fired

    def close(self) -> None:
        ruleset = self.host.get_ruleset(self.name)
        c_engine.delete_ruleset(ruleset._handle)


def backend() -> type[Slim | Stock]:
    return Slim if all(hasattr(c_engine, name) for name in Slim.needed) else Stock


class Shard:
    """Some nodes of one stratum as one ruleset. One caller at a time: the engine's state is shared."""

    def __init__(self, name: str, nodes: Sequence[Node], without: frozenset[str], kind: type[Slim | Stock]) -> None:
        self.lock = threading.Lock()
        self.codes = {node.name: f"n{i}" for i, node in enumerate(nodes)}
        definition: dict[str, Any] = {}
        for node in nodes:
            code = self.codes[node.name]
            definition |= {k: r for k, r in rules(node, code).items() if f"{node.name}.{k.split('.')[1]}" not in without}
        definition["sentinel"] = {"all": [{"m": {"s": "1"}}]}
        self.backend: Backend = kind(name, definition)
        weakref.finalize(self, _closed, self.backend, self.lock, os.getpid()).atexit = False

    def conclude(self, facts: Sequence[str]) -> list[str]:
        with self.lock:
            return self.backend.run(facts)


def _closed(backend: Backend, lock: threading.Lock, owner: int) -> None:
    """Nobody uses the shard any more. A forked child leaves its parent's alone."""
    if os.getpid() == owner:
        with lock:
            backend.close()


class Rulesets:
    """All shards of a rulebook. `without` leaves rules out by name: for the mutation test only."""

    def __init__(self, book: CompiledRulebook, without: frozenset[str] = frozenset(), kind: type[Slim | Stock] | None = None) -> None:
        self.shards: list[Shard] = []
        self.of: dict[str, Shard] = {}
        self.stratum: dict[str, int] = {}
        self.nodes: dict[str, Node] = {}
        self.number = next(_NUMBERS)  # what was concluded by these is kept under it: others, without a rule, may conclude otherwise
        kind = kind or backend()
        for level, nodes in enumerate(strata(book)):
            for start in range(0, len(nodes), SHARD):
                part = tuple(nodes[start : start + SHARD])
                shard = _shard(part, without, kind)
                self.shards.append(shard)
                for node in part:
                    self.of[node.name] = shard
                    self.stratum[node.name] = level
                    self.nodes[node.name] = node


_shards: weakref.WeakValueDictionary[Any, Shard] = weakref.WeakValueDictionary()
_registry: OrderedDict[str, Rulesets] = OrderedDict()
_registry_lock = threading.RLock()
_made = 0
_NUMBERS = itertools.count()


def _shard(nodes: tuple[Node, ...], without: frozenset[str], kind: type[Slim | Stock]) -> Shard:
    """The shard of these nodes; made once while anybody uses it."""
    global _made
    with _registry_lock:
        key = (nodes, without, kind)
        found = _shards.get(key)
        if found is None:
            _made += 1
            found = _shards[key] = Shard(f"huiqi-{os.getpid()}-{_made}", nodes, without, kind)
        return found


def rulesets_for(book: CompiledRulebook) -> Rulesets:
    """The registered rulesets of a rulebook's digest; the least used are let go beyond `KEPT`."""
    with _registry_lock:
        found = _registry.get(book.digest)
        if found is None:
            found = _registry[book.digest] = Rulesets(book)
            while len(_registry) > KEPT:
                _registry.popitem(last=False)
        _registry.move_to_end(book.digest)
        return found


def forget(digest: str) -> None:
    """Let a dropped rulebook's rulesets go."""
    with _registry_lock:
        _registry.pop(digest, None)


def registered() -> tuple[str, ...]:
    """Digests whose rulesets are in the engine."""
    return tuple(_registry)


def _after_fork() -> None:
    """The child starts afresh: a lock may have been held, and states are not to be shared."""
    global _registry_lock, _shards
    _registry_lock = threading.RLock()
    _shards = weakref.WeakValueDictionary()
    _registry.clear()


os.register_at_fork(after_in_child=_after_fork)
