from s2s.runtime import softmax_share


def negative_log_likelihood_grad(
    w,
    b,
    features,
    labels,
    decay,
    negative_log_likelihood_bar=1.0,
):
    """Gradient of `negative_log_likelihood` with respect to w, b."""
    margin = 2.0 * labels - 1.0
    margin_2 = margin * (features @ w + b)

    # return loss + decay * (w @ w)
    w_bar = 2 * (decay * negative_log_likelihood_bar) * w
    # loss = np.mean(np.logaddexp(0.0, -margin))
    t = -(negative_log_likelihood_bar / labels.size)
    margin_bar = t * softmax_share(-margin_2, 0.0)
    # margin = (2.0 * labels - 1.0) * (features @ w + b)
    t_bar = margin * margin_bar
    b_bar = t_bar.sum()
    w_bar += features.T @ t_bar
    return w_bar, float(b_bar)
