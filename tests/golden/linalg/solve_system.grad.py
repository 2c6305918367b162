import numpy as np


def compliance_grad(stiffness, load, compliance_bar=1.0):
    """Gradient of `compliance` with respect to stiffness, load."""
    displacement = np.linalg.solve(stiffness, load)

    # return load @ displacement
    load_bar = compliance_bar * displacement
    displacement_bar = compliance_bar * load
    # displacement = np.linalg.solve(stiffness, load)
    t = (-np.linalg.solve(stiffness.T, displacement_bar))[:, None]
    stiffness_bar = t * displacement
    load_bar += np.linalg.solve(stiffness.T, displacement_bar)
    return stiffness_bar, load_bar
