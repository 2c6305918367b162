import numpy as np
from s2s.runtime import add_at, fill_items, list_of, spread_to, tie_share


def blur_energy_grad(signal, kernel, blur_energy_bar=1.0):
    """Gradient of `blur_energy` with respect to signal, kernel."""
    n = len(signal) - len(kernel) + 1
    t = len(kernel)
    items = [kernel[k] * signal[k : k + n] for k in range(t)]
    response = sum(items)
    t2 = np.maximum(response, 0.0)
    t3 = t2**2

    # return np.sum(np.maximum(response, 0.0) ** 2)
    response_bar = (
        spread_to(blur_energy_bar, t3) * (2 * t2) * tie_share(response, 0.0, t2)
    )
    # response = sum(kernel[k] * signal[k : k + n] for k in range(len(kernel)))
    t4 = list_of(fill_items(response_bar, items))
    signal_bar = np.zeros(signal.shape)
    kernel_bar = np.zeros(kernel.shape)
    for k in reversed(range(t)):
        t5 = kernel[k]
        t6 = k + n
        t7 = signal[k:t6]
        # response = sum(kernel[k] * signal[k : k + n] for k in range(len(kernel)))
        t_bar = t4.pop()
        add_at(signal_bar, slice(k, t6, None), t5 * t_bar)
        add_at(kernel_bar, k, (t_bar * t7).sum())
    return signal_bar, kernel_bar
