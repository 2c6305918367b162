"""A list used as a stack: pushed, popped, changed at its top."""

import numpy as np


def evaluate(x, y, code):
    """Value of an expression in postfix notation."""
    stack = []
    for op in code:
        if op == "x":
            stack.append(x)
        elif op == "y":
            stack.append(y)
        elif op == "sin":
            stack[-1] = np.sin(stack[-1])
        else:
            right = stack.pop()
            left = stack.pop()
            stack.append(left * right if op == "*" else left + right)
    return stack[0]


FUNCTION = evaluate
ARGNUMS = (0, 1)


def example():
    return 0.7, 1.3, ["x", "y", "*", "sin", "x", "+", "y", "*"]
