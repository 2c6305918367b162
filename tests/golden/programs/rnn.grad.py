import numpy as np
from s2s.runtime import as_gradient, spread_to


def rnn_grad(params, xs, rnn_bar=1.0):
    """Gradient of `rnn` with respect to params."""
    wx, wh, b = params
    h = np.zeros(b.shape)
    h_saved = []
    for x in xs:
        h_saved.append(h)
        h = np.tanh(x @ wx + h @ wh + b)

    # return np.sum(h)
    h_bar = spread_to(rnn_bar, h)
    b_bar = np.zeros(b.shape)
    wh_bar = np.zeros_like(wh)
    wx_bar = np.zeros_like(wx)
    for x in reversed(xs):
        h_2 = h_saved.pop()
        # h = np.tanh(x @ wx + h @ wh + b)
        t_bar = h_bar * (1 - h * h)
        b_bar += t_bar
        h_bar = wh @ t_bar
        wh_bar += h_2[:, None] * t_bar
        wx_bar += x[:, None] * t_bar
        h = h_2
    # wx, wh, b = params
    params_bar = wx_bar, wh_bar, b_bar
    return as_gradient(params_bar, params)
