"""Passes over generated functions: one a file; `run` applies them in order.

0. dead         writes into arrays that nothing reads go
1. displays     items of tuples that were just built are the items themselves
2. queries      questions about shapes are answered, or asked of a value that is alive anyway
3. broadcasts   what the next operation would spread by itself is not spread before
4. algebra      signs, equal terms and numeric factors are put together
5. common       equal operations are computed once
6. factors      factors of two terms are factors of their sum; then 5 again
7. dots         sums of products are inner products; then numbers leave matrices (`scaled`), and 5
8. copies       what is new needs no copy, and an array copies itself
9. hoist        what no iteration of a loop changes is computed once, in front of it
10. indices     a constant slice is written where it is used
11. filled      the adjoint of a dict whose entries have one contribution each is a display
12. finish      gradients that provably have the right form are handed out as they are
13. methods     functions of adjoints are methods
14. reuse       an array that is needed no more lends its memory
15. accumulations  sums into certain items are augmented assignments
16. clears      what was overwritten is cleared late, and not where it is set next
17. walked      lists of saved numbers are walked backward
18. zeros       vectors of zeros are made by their length

All of them delete; a function is right without any of them (`S2S_SIMPLIFY=0` leaves them out).
"""

from __future__ import annotations

import os
from collections.abc import Callable

from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.ir.effects import pure
from s2s.ir.nodes import Function, Value
from s2s.ir.sweep import sweep
from s2s.transform.simplify import algebra, broadcasts, displays, factors, queries, scaled
from s2s.transform.simplify.accumulations import accumulations
from s2s.transform.simplify.clears import clears
from s2s.transform.simplify.common import common
from s2s.transform.simplify.copies import copies
from s2s.transform.simplify.dead import dead
from s2s.transform.simplify.dots import dots
from s2s.transform.simplify.filled import filled
from s2s.transform.simplify.finish import finish
from s2s.transform.simplify.hoist import hoist
from s2s.transform.simplify.indices import indices
from s2s.transform.simplify.methods import methods
from s2s.transform.simplify.reuse import reuse
from s2s.transform.simplify.scene import Rule, either, rewrite, scene_of
from s2s.transform.simplify.walked import walked
from s2s.transform.simplify.zeros import zeros

__all__ = ["simplify"]

Pass = Callable[[Function, Facts], Function]


def _rules(*rules: Rule) -> Pass:
    """Several rules as one pass: they are tried one after the other at each expression."""
    return lambda function, facts: rewrite(function, facts, either(*rules))


_PASSES: tuple[Pass, ...] = (
    dead, _rules(displays.rule, broadcasts.rule), common, _rules(algebra.rule),
    _rules(queries.rule, broadcasts.rule, algebra.rule), _rules(factors.rule), common, dots,
    _rules(scaled.rule), common, copies, hoist, indices, filled, finish, methods,
)  # fmt: skip


def simplify(
    function: Function, facts: Facts, given: dict[Value, Fact], final: bool = False,
    further: bool = False, loops: bool = False,
    seen: Callable[[Function, Facts], None] | None = None,
) -> Function:  # fmt: skip
    """The function after all passes, which begin after `sweep`.

    `facts` are those of the program it was made from.

    `final` says that it is to be run, not to be differentiated again: then memory is reused.
    `further` says that it is to be differentiated at once: then sums stay expressions.
    `loops` says that it will be compiled: then arrays are made as before.
    `seen` is told what is known of the values of the result.
    """
    if os.environ.get("S2S_SIMPLIFY") == "0" or facts.blind:
        return function
    known = facts.again(function.body, given)
    if known.blind:
        return function
    for step in _PASSES:
        new = step(function, known)
        function = function if new is function else sweep(new, pure)
    if seen is not None:
        seen(function, known)
    if further:
        return function
    swept = function
    if final:
        function = reuse(function, known)
    new = accumulations(function, known)
    function = new if new is swept else sweep(new, pure)
    new = clears(function, known)
    function = new if new is function else sweep(new, pure)
    if final and not loops:
        function = walked(function, known)
    if not loops:
        function = zeros(function, known)
    scene_of.cache_clear()
    return function
