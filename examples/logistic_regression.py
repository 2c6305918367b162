"""Logistic regression on real tumour measurements, compared with scikit-learn's coefficients.

    python examples/logistic_regression.py [--quick]

569 samples of 30 measurements, benign or malignant (Wisconsin breast cancer data). The
objective is strictly convex, so whoever minimises it must find the same coefficients: scikit-
learn with its gradient written by hand, SciPy with the one that s2s derives from the five
lines below.
"""

import argparse

import numpy as np
import scipy.optimize
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

import s2s


def objective(theta, x, sign, strength):
    """Return the penalised negative log-likelihood; the last parameter is the intercept."""
    weights, intercept = theta[:-1], theta[-1]
    margin = sign * (x @ weights + intercept)
    # log(1 + exp(-margin)), which neither overflows nor loses digits
    likelihood = np.sum(np.logaddexp(0.0, -margin))
    return strength * likelihood + 0.5 * np.dot(weights, weights)


objective_and_gradient = s2s.value_and_grad(objective)


def main():
    """Fit with both, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="use every third sample")
    options = parser.parse_args()

    data = load_breast_cancer()
    every = 3 if options.quick else 1
    x, y = data.data[::every], data.target[::every]
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    sign = 2.0 * y - 1.0
    strength = 0.5

    start = np.zeros(x.shape[1] + 1)
    s2s.check_grads(objective, (start + 0.1, x[:20], sign[:20], strength))
    print("gradient checked in forward and reverse mode")

    ours = scipy.optimize.minimize(
        objective_and_gradient,
        start,
        args=(x, sign, strength),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-8},
    )
    theirs = LogisticRegression(C=strength, tol=1e-10, max_iter=5000).fit(x, y)
    reference = np.append(theirs.coef_[0], theirs.intercept_[0])

    size = np.linalg.norm(objective_and_gradient(ours.x, x, sign, strength)[1])
    right = np.mean((x @ ours.x[:-1] + ours.x[-1] > 0) == y)
    print(f"{ours.nit} steps, gradient norm at the solution {size:.1e}")
    print(f"training accuracy {100 * right:.2f} %")
    print(f"largest difference from scikit-learn {np.max(np.abs(ours.x - reference)):.1e}")
    for i in np.argsort(-np.abs(ours.x[:-1]))[:5]:
        name, value = data.feature_names[i], ours.x[i]
        print(f"  {name:24s} {value:+.4f}   scikit-learn {reference[i]:+.4f}")


if __name__ == "__main__":
    main()
