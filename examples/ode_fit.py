"""Fit a differential equation to data by differentiating straight through its solver.

    python examples/ode_fit.py [--quick] [--output FOLDER]

Pelts of snowshoe hares and of the lynxes that eat them, in thousands, as the Hudson's Bay
Company counted them from 1900 to 1920. The Lotka-Volterra equations have four rates and two
starting values. The solver is a Runge-Kutta method in an ordinary Python loop; reverse mode
runs that loop backwards.
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import scipy.optimize

import s2s

YEARS = np.arange(1900, 1921)
HARES = [30.0, 47.2, 70.2, 77.4, 36.3, 20.6, 18.1, 21.4, 22.0, 25.4, 27.1,
         40.3, 57.0, 76.6, 52.3, 19.5, 11.2, 7.6, 14.6, 16.2, 24.7]  # fmt: skip
LYNXES = [4.0, 6.1, 9.8, 35.2, 59.4, 41.7, 19.0, 13.0, 8.3, 9.1, 7.4,
          8.0, 12.3, 19.5, 45.7, 51.1, 29.7, 15.8, 9.7, 10.1, 8.6]  # fmt: skip
PELTS = np.array([HARES, LYNXES]).T


def slope(state, rates):
    """Return the growth of hares and lynxes: hares breed, lynxes eat hares, lynxes die."""
    hares, lynxes = state[0], state[1]
    birth, eaten, fed, death = rates
    meetings = hares * lynxes
    return np.stack([birth * hares - eaten * meetings, fed * meetings - death * lynxes])


def runge_kutta(state, rates, step):
    """Return the state one step later, by the classical method of order four."""
    k1 = slope(state, rates)
    k2 = slope(state + step / 2 * k1, rates)
    k3 = slope(state + step / 2 * k2, rates)
    k4 = slope(state + step * k3, rates)
    return state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def misfit(log_params, pelts, substeps):
    """Return the mean squared difference of the logarithms of the model and of the counts.

    All six parameters are positive, so we fit their logarithms and need no constraints.
    """
    params = np.exp(log_params)
    rates, state = params[:4], params[4:]
    total = np.sum((np.log(state) - np.log(pelts[0])) ** 2)
    for observed in pelts[1:]:
        for _ in range(substeps):
            state = runge_kutta(state, rates, 1.0 / substeps)
        total += np.sum((np.log(state) - np.log(observed)) ** 2)
    return total / pelts.size


misfit_and_gradient = s2s.value_and_grad(misfit)


def trajectory(params, substeps, years):
    """Return the populations at every substep."""
    states = [params[4:]]
    for _ in range(substeps * years):
        states.append(runge_kutta(states[-1], params[:4], 1.0 / substeps))
    return np.array(states)


def draw(params, path):
    """Save the fitted curves over the counts."""
    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    curve = trajectory(params, 20, len(YEARS) - 1)
    time = YEARS[0] + np.arange(len(curve)) / 20
    for column, (name, colour) in enumerate([("hares", "tab:brown"), ("lynxes", "tab:gray")]):
        axes.plot(time, curve[:, column], color=colour, label=name)
        axes.plot(YEARS, PELTS[:, column], "o", color=colour)
    axes.set(xlabel="year", ylabel="thousands of pelts", xticks=YEARS[::4])
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Check the gradient, fit, report, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer steps of the solver a year")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "output")
    options = parser.parse_args()
    substeps = 4 if options.quick else 10

    start = np.log([0.5, 0.02, 0.02, 0.7, 30.0, 5.0])
    s2s.check_grads(misfit, (start, PELTS[:4], 2))
    print("gradient through the solver checked in forward and reverse mode")

    fit = scipy.optimize.minimize(
        misfit_and_gradient, start, args=(PELTS, substeps), jac=True, method="BFGS"
    )
    params = np.exp(fit.x)
    print(f"misfit {misfit(start, PELTS, substeps):.4f} -> {fit.fun:.4f} in {fit.nit} steps")
    print(f"gradient norm at the solution {np.linalg.norm(fit.jac):.1e}")
    names = ("birth", "eaten", "fed", "death", "hares in 1900", "lynxes in 1900")
    for name, value in zip(names, params, strict=True):
        print(f"  {name:15s} {value:8.4f}")

    picture = options.output / "ode_fit.png"
    draw(params, picture)
    print(f"saved {picture}")


if __name__ == "__main__":
    main()
