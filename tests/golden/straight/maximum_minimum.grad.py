import numpy as np
from s2s.runtime import tie_share


def hinge_grad(margin, bound, hinge_bar=1.0):
    """Gradient of `hinge` with respect to margin, bound."""
    t = 1.0 - margin
    slack = np.maximum(0.0, t)
    capped = np.minimum(slack, bound)
    soft = np.clip(margin, -0.5, 0.5)

    # return np.sum(capped * capped + np.abs(soft) * slack)
    slack_bar = np.abs(soft) * hinge_bar
    soft_bar = hinge_bar * slack * np.sign(soft)
    capped_bar = 2 * hinge_bar * capped
    # soft = np.clip(margin, -0.5, 0.5)
    margin_bar = soft_bar * ((-0.5 <= margin) & (margin <= 0.5))
    # capped = np.minimum(slack, bound)
    slack_bar_2 = capped_bar * tie_share(slack, bound, capped)
    bound_bar = capped_bar - slack_bar_2
    slack_bar += slack_bar_2
    # slack = np.maximum(0.0, 1.0 - margin)
    margin_bar -= slack_bar * tie_share(t, 0.0, slack)
    return margin_bar, bound_bar
