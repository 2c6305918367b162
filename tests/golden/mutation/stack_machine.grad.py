import numpy as np
from s2s.runtime import zeros_of


def evaluate_grad(x, y, code, evaluate_bar=1.0):
    """Gradient of `evaluate` with respect to x, y."""
    stack = []
    t_saved = []
    right_saved = []
    left_saved = []
    for op in code:
        if op == "x":
            stack.append(x)
        elif op == "y":
            stack.append(y)
        elif op == "sin":
            t = stack[-1]
            t_saved.append(t)
            stack[-1] = np.sin(t)
        else:
            right = stack.pop()
            right_saved.append(right)
            left = stack.pop()
            left_saved.append(left)
            stack.append(left * right if op == "*" else left + right)

    # return stack[0]
    stack_bar = zeros_of(stack)
    stack_bar[0] += evaluate_bar
    x_bar, y_bar = 0.0, 0.0
    for op in reversed(code):
        if op == "x":
            # stack.append(x)
            x_bar_2 = stack_bar.pop()
            x_bar = x_bar + x_bar_2
        elif op == "y":
            # stack.append(y)
            y_bar_2 = stack_bar.pop()
            y_bar = y_bar + y_bar_2
        elif op == "sin":
            t2 = t_saved.pop()
            # stack[-1] = np.sin(stack[-1])
            stack_bar[-1] = stack_bar[-1] * np.cos(t2)
        else:
            left = left_saved.pop()
            right = right_saved.pop()
            test = op == "*"
            # stack.append(left * right if op == "*" else left + right)
            t_bar = stack_bar.pop()
            if test:
                # stack.append(left * right if op == "*" else left + right)
                left_bar = t_bar * right
                right_bar = left * t_bar
            else:
                left_bar, right_bar = t_bar, t_bar
            # left = stack.pop()
            stack_bar.append(left_bar)
            # right = stack.pop()
            stack_bar.append(right_bar)
    return float(x_bar), float(y_bar)
