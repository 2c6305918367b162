from typing import Any
def function(fn: Any = None, **kw: Any) -> Any:
    return fn
