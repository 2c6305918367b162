"""One small function through the compiler, printed and explained.

    python examples/tour.py [--quick]

`--quick` is accepted for symmetry with the other examples; the tour takes a second anyway.
"""

import inspect
import sys
import textwrap

import numpy as np

import s2s


def energy(x, stiffness):
    """Return the energy of a chain of springs that stiffen when stretched too far."""
    total = 0.0
    for left, right in zip(x[:-1], x[1:]):
        stretch = right - left
        if stretch > 1.0:
            total += stiffness * stretch**3
        else:
            total += stiffness * np.cosh(stretch)
    return total


def stage(number, title, text, body=""):
    """Print one stage: a heading, why it is there, and what it makes."""
    print(f"\n{number}. {title}\n{'-' * (len(title) + 3)}")
    print(textwrap.fill(text, 88))
    if body:
        print("\n" + textwrap.indent(body.rstrip(), "    "))


def main():
    """Walk through the stages."""
    x, stiffness = np.array([0.0, 0.4, 1.9, 2.5]), 1.5

    stage(
        1,
        "The function, as written",
        "A loop over pairs and a branch that depends on the data. Nothing in it knows that it "
        "will be differentiated.",
        inspect.getsource(energy),
    )

    gradient = s2s.grad(energy, argnums=(0, 1))
    stage(
        2,
        "Its gradient in reverse mode",
        "The program runs forwards, keeps what the way back needs, then runs backwards: the "
        "loop in reverse order, each branch where it was taken. The adjoint of `h` is `h_bar`.",
        gradient.source,
    )

    stage(
        3,
        "The same gradient, for arguments like these",
        "Kinds, dtypes and ranks are known now, so helper calls and branches disappear.",
        gradient.specialize(x, stiffness).source,
    )

    d_x, d_stiffness = gradient(x, stiffness)
    step = 1e-6
    numeric = [
        (energy(x + step * e, stiffness) - energy(x - step * e, stiffness)) / (2 * step)
        for e in np.eye(len(x))
    ]
    stage(
        4,
        "Are they right?",
        "Central differences know nothing of rules.",
        f"reverse mode       {np.array2string(d_x, precision=8)}\n"
        f"differences        {np.array2string(np.array(numeric), precision=8)}\n"
        f"largest error      {np.max(np.abs(d_x - numeric)):.1e}",
    )
    s2s.check_grads(energy, (x, stiffness))
    print(f"\nBy stiffness: {d_stiffness:.6f}; random directions checked too.")


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--quick"]):
        raise SystemExit(__doc__)
    main()
