import numpy as np
from s2s.runtime import as_gradient, spread_to, tie_share, unbroadcast


def hinge_grad(margin, bound, hinge_bar=1.0):
    """Gradient of `hinge` with respect to margin, bound."""
    t = 1.0 - margin
    slack = np.maximum(0.0, t)
    capped = np.minimum(slack, bound)
    soft = np.clip(margin, -0.5, 0.5)
    t2 = np.abs(soft)
    t3 = capped * capped + t2 * slack

    # return np.sum(capped * capped + np.abs(soft) * slack)
    t_bar = spread_to(hinge_bar, t3)
    slack_bar = t2 * t_bar
    soft_bar = t_bar * slack * np.sign(soft)
    capped_bar = t_bar * capped + capped * t_bar
    # soft = np.clip(margin, -0.5, 0.5)
    margin_bar = soft_bar * ((-0.5 <= margin) & (margin <= 0.5))
    # capped = np.minimum(slack, bound)
    g = unbroadcast(capped_bar * tie_share(slack, bound, capped), slack)
    g2 = unbroadcast(capped_bar * tie_share(bound, slack, capped), bound)
    slack_bar = slack_bar + g
    # slack = np.maximum(0.0, 1.0 - margin)
    margin_bar = margin_bar + -(slack_bar * tie_share(t, 0.0, slack))
    margin_bar = as_gradient(margin_bar, margin)
    bound_bar = as_gradient(g2, bound)
    return margin_bar, bound_bar
