"""Objects and functions that an object holds for good, known while functions are inlined.

    class Net:
        def __init__(self, w):
            self.layers = [Dense(w), Scale(2.0)]     the attribute is this list wherever it is
                                                     read, so that its items are known objects

An attribute that is assigned twice, or under a condition, is not of this kind.
"""

from __future__ import annotations

from s2s.ir.nodes import Atom, Value

Place = tuple[Value, str]
Kind = tuple[type, str]  # a class and the name of an attribute


class Parts:
    """What is held where, in the order in which the program is walked.

    `loose` are attributes that turned out to be assigned again in an earlier walk.
    """

    def __init__(self, loose: frozenset[Kind] = frozenset()) -> None:
        self.loose = loose
        self.found: set[Kind] = set()  # more of them, found in this walk
        self._held: dict[Place, Atom] = {}
        self._kinds: dict[Place, Kind] = {}
        self._depths: dict[Value, int] = {}
        self._scopes: list[list[Place]] = [[]]

    def made(self, obj: Value) -> None:
        """Note where an object is made."""
        self._depths[obj] = len(self._scopes)

    def enter(self) -> None:
        """Begin a block that may not run, or may run again."""
        self._scopes.append([])

    def place(self) -> object:
        """The block that is walked now: another one for each that may run again."""
        return self._scopes[-1]

    def leave(self) -> None:
        """End it: what it stored in objects from outside was not for good."""
        depth = len(self._scopes)
        for place in self._scopes.pop():
            if self._depths.get(place[0], 0) < depth:
                self.found.add(self._kinds[place])
            self._held.pop(place, None)

    def store(self, obj: Value, cls: type, name: str, atom: Atom | None) -> bool:
        """Note an assignment; whether it may be left out.  None is what is not known."""
        place, kind = (obj, name), (cls, name)
        if place in self._kinds:
            self.found.add(kind)
            return False
        if atom is None or kind in self.loose:
            return False
        self._held[place], self._kinds[place] = atom, kind
        self._scopes[-1].append(place)
        return True

    def load(self, obj: Value, name: str) -> Atom | None:
        """What an attribute holds, if that is known."""
        return self._held.get((obj, name))

    def of_classes(self, classes: set[type]) -> frozenset[Kind]:
        """The attributes of the objects of some classes."""
        return frozenset(k for k in self._kinds.values() if k[0] in classes)
