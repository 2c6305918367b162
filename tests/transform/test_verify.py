"""The IR keeps its rules through every pass, for all golden programs."""

import pytest

from s2s.analysis.fact import Fact
from s2s.frontend.lower import lower
from s2s.frontend.source import underlying
from s2s.ir.verify import verify
from s2s.transform.inline import inline
from s2s.transform.pipeline import forward_program, reverse_program
from tests.golden import harness

NAMES = [n for n in harness.discover() if n not in harness.REFUSED]


@pytest.mark.parametrize("name", NAMES)
def test_passes_keep_the_rules(name):
    module = harness.program(name)
    function = lower(underlying(module.FUNCTION))
    verify(function)
    verify(inline(function))
    params = [p.value.name for p in function.params]
    argnums = module.ARGNUMS if isinstance(module.ARGNUMS, tuple) else (module.ARGNUMS,)
    wrt = tuple(params[k] for k in argnums)
    example = zip(params, module.example(), strict=False)
    given = {n: Fact.from_value(v) for n, v in example}
    for program in (reverse_program(function, wrt, given), forward_program(function, wrt, given)):
        for part in program.functions:
            verify(part)
