"""Small immutable records, of which compiling makes hundreds of thousands.

`record` is `dataclass` and `replace` is that of dataclasses: so the type checker reads them, and it
holds that nobody assigns to a field.  When they run, nothing checks that once more: a dataclass
that is frozen at run time as well takes several times as long to make.

>>> @record(frozen=True, slots=True)
... class Point:
...     x: int
...     y: int = 0
>>> replace(Point(1, 2), x=3), hash(Point(1)) == hash(Point(1, 0))
(Point(x=3, y=2), True)
>>> replace(Point(1, 2), z=3)
Traceback (most recent call last):
TypeError: Point has no field `z`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import replace
else:
    from dataclasses import dataclass

    def record(*, frozen, slots=False, eq=True):
        """A decorator that makes a dataclass which hashes as a frozen one does."""
        assert frozen, "a record never changes"

        def decorate(cls):
            hashed = eq and "__hash__" not in vars(cls)
            return dataclass(cls, slots=slots, eq=eq, unsafe_hash=hashed)

        return decorate

    def replace(old, **changes):
        """The same record with other values of some fields."""
        cls = type(old)
        names = cls.__match_args__  # the fields that `__init__` takes, in order
        if not changes.keys() <= set(names):
            unknown = next(name for name in changes if name not in names)
            raise TypeError(f"{cls.__name__} has no field `{unknown}`")
        return cls(*[changes[n] if n in changes else getattr(old, n) for n in names])


__all__ = ["record", "replace"]
