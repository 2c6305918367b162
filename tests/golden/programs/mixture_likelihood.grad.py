import numpy as np


def mixture_likelihood_grad(
    logits,
    means,
    log_scales,
    data,
    mixture_likelihood_bar=1.0,
):
    """Gradient of `mixture_likelihood` with respect to logits, means, log_scales."""
    t = np.exp(logits)
    t2 = np.sum(t)
    log_weights = logits - np.log(t2)
    t3 = np.exp(log_scales)
    z = (data[:, None] - means) / t3
    log_density = log_weights - 0.5 * z**2 - log_scales
    top = log_density.max(axis=1, keepdims=True)
    t4 = np.exp(log_density - top)

    # return np.sum(np.log(np.sum(np.exp(log_density - top), axis=1)) + top[:, 0])
    t_bar = (mixture_likelihood_bar / np.sum(t4, axis=1))[:, None] * t4
    # log_density = log_weights - 0.5 * z**2 - log_scales
    log_scales_bar = t_bar.sum(axis=0)
    log_weights_bar = t_bar.sum(axis=0)
    # z = (data[:, None] - means) / np.exp(log_scales)
    z_bar = t_bar * z / t3
    log_scales_bar = (z_bar * z).sum(axis=0) * t3 - log_scales_bar
    means_bar = z_bar.sum(axis=0)
    # log_weights = logits - np.log(np.sum(np.exp(logits)))
    logits_bar = log_weights_bar - log_weights_bar.sum() / t2 * t
    return logits_bar, means_bar, log_scales_bar
