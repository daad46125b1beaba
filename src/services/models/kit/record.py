"""Record: frozen, keyword-only dataclasses that are cheap to define; fifty stand in a cold start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import cache
from typing import Any, TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def model(cls: type[T]) -> type[T]:
    """A frozen dataclass with the methods of Record; `dataclass` alone would compile six for each class."""
    return dataclass(init=False, repr=False, eq=False)(cls)


class Record:
    """What every `model` inherits. `dataclasses.fields` and `replace` work as ever."""

    def __init__(self, **values: Any) -> None:
        defaults, factories = _defaults(cast(Any, type(self)))
        state = defaults | values
        for name, make in factories.items():
            if name not in state:
                state[name] = make()
        if state.keys() != self.__dataclass_fields__.keys():  # type: ignore[attr-defined]
            raise TypeError(f"{type(self).__name__}: {_wrong(self, state)}")
        self.__dict__.update(state)

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # tags and raw are mappings

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({values})"


@cache
def _defaults(cls: Any) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """The fields' default values, and the factories of those that have one."""
    plain = {each.name: each.default for each in fields(cls) if each.default is not MISSING}
    made = {each.name: each.default_factory for each in fields(cls) if each.default_factory is not MISSING}
    return plain, made


def _wrong(record: Record, state: dict[str, Any]) -> str:
    names = {each.name for each in fields(record)}  # type: ignore[arg-type]
    return f"missing {sorted(names - state.keys())}, unknown {sorted(state.keys() - names)}"
