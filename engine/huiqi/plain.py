"""`dataclass` as the standard library means it, made ready in a fraction of the time.

A process that checks one case defines some two hundred frozen classes, and the standard decorator compiles
six methods for each from text. Here one is compiled, `__init__`; comparing and hashing are when they are first
wanted, printing and refusing to change are the same functions for every class. What must stay true: whoever uses a class cannot
tell (`fields`, `replace`, `pickle`, `FrozenInstanceError`, equality by class and fields, the text of a repr).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    from dataclasses import MISSING, Field, FrozenInstanceError
    from reprlib import recursive_repr
    from typing import Any

    def dataclass(cls: type | None = None, /, *, frozen: bool = False, order: bool = False, **options: Any) -> Any:
        def made(kind: type) -> type:
            if not frozen or order:
                return dataclasses.dataclass(frozen=frozen, order=order, **options)(kind)
            return _made(kind, **options)

        return made if cls is None else made(cls)

    def _made(kind: type, **options: Any) -> type:
        own = set(vars(kind))
        if kind.__doc__ is None:
            kind.__doc__ = kind.__name__  # else a signature is worked out for it
        kind = dataclasses.dataclass(**{**options, "init": False, "repr": False, "eq": False})(kind)
        fields = [f for f in vars(kind)["__dataclass_fields__"].values() if f._field_type is not dataclasses._FIELD_CLASSVAR]
        names = frozenset(f.name for f in fields)
        methods = {"__init__": _init(kind, fields), "__setattr__": _setter(kind, names), "__delattr__": _deleter(kind, names)}
        if options.get("repr", True):
            methods["__repr__"] = _repr(tuple(f.name for f in fields if f.repr))
        if options.get("eq", True):
            compared = "(" + "".join(f"{{0}}.{f.name}," for f in fields if f.compare) + ")"
            assert all(f.hash is None for f in fields), "what is compared is hashed"
            same = f"{compared.format('self')} == {compared.format('other')} if other.__class__ is self.__class__ else NotImplemented"
            methods["__eq__"] = _later(kind, "__eq__", "self, other", same)
            methods["__hash__"] = _later(kind, "__hash__", "self", f"hash({compared.format('self')})")
        if options.get("slots"):
            methods["__getstate__"], methods["__setstate__"] = _state, _restore
        for name, method in methods.items():
            if name not in own:
                method.__qualname__ = f"{kind.__qualname__}.{name}"
                setattr(kind, name, method)
        return kind

    def _later(kind: type, name: str, arguments: str, result: str) -> Any:
        """A method that is written out when it is first called: not every class is compared."""

        def first(*given: Any) -> Any:
            method = _written(f"def {name}({arguments}):\n return {result}", name, {})
            if kind.__dict__[name] is first:
                setattr(kind, name, method)
            return method(*given)

        return first

    def _written(text: str, name: str, given: dict[str, Any]) -> Any:
        exec(text, given)  # noqa: S102 (names of fields, as this package writes them)
        return given[name]

    def _init(kind: type, fields: list[Field[Any]]) -> Any:
        given: dict[str, Any] = {"_set": object.__setattr__, "_unsaid": MISSING}
        plain, named, body = [], [], []
        for f in fields:
            assert f.init, "fields made outside __init__ are not known here"
            value, argument = f.name, f.name
            if f.default is not MISSING:
                given[f"_d_{f.name}"] = f.default
                argument = f"{f.name}=_d_{f.name}"
            elif f.default_factory is not MISSING:
                given[f"_f_{f.name}"] = f.default_factory
                argument, value = f"{f.name}=_unsaid", f"_f_{f.name}() if {f.name} is _unsaid else {f.name}"
            (named if f.kw_only else plain).append(argument)
            body.append(f"_set(self, {f.name!r}, {value})")
        if hasattr(kind, "__post_init__"):
            body.append("self.__post_init__()")
        arguments = ", ".join(["self", *plain, *(["*", *named] if named else [])])
        return _written(f"def __init__({arguments}):\n " + "\n ".join(body or ["pass"]), "__init__", given)

    def _repr(names: tuple[str, ...]) -> Any:
        @recursive_repr()
        def shown(self: Any) -> str:
            return f"{self.__class__.__qualname__}({', '.join(f'{n}={getattr(self, n)!r}' for n in names)})"

        return shown

    def _setter(kind: type, names: frozenset[str]) -> Any:
        def refuse(self: Any, name: str, value: Any) -> None:
            if type(self) is kind or name in names:
                raise FrozenInstanceError(f"cannot assign to field {name!r}")
            super(kind, self).__setattr__(name, value)

        return refuse

    def _deleter(kind: type, names: frozenset[str]) -> Any:
        def refuse(self: Any, name: str) -> None:
            if type(self) is kind or name in names:
                raise FrozenInstanceError(f"cannot delete field {name!r}")
            super(kind, self).__delattr__(name)

        return refuse

    def _state(self: Any) -> list[Any]:
        return [getattr(self, f.name) for f in dataclasses.fields(self)]

    def _restore(self: Any, state: list[Any]) -> None:
        for f, value in zip(dataclasses.fields(self), state, strict=True):
            object.__setattr__(self, f.name, value)


__all__ = ["dataclass"]
