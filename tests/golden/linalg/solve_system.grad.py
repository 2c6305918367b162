import numpy as np


def compliance_grad(stiffness, load, compliance_bar=1.0):
    """Gradient of `compliance` with respect to stiffness, load."""
    displacement = np.linalg.solve(stiffness, load)

    # return load @ displacement
    load_bar = compliance_bar * displacement
    displacement_bar = compliance_bar * load
    # displacement = np.linalg.solve(stiffness, load)
    t_bar = np.linalg.solve(stiffness.T, displacement_bar)
    stiffness_bar = (-t_bar)[:, None] * displacement
    load_bar += t_bar
    return stiffness_bar, load_bar
