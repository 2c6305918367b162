import numpy as np
from s2s.runtime import add_at, fill_items, list_of, spread_to, tie_share


def blur_energy_grad(signal, kernel, blur_energy_bar=1.0):
    """Gradient of `blur_energy` with respect to signal, kernel."""
    n = len(signal) - len(kernel) + 1
    t = len(kernel)
    items = [kernel[k] * signal[k : k + n] for k in range(t)]
    response = sum(items)
    t2 = np.maximum(response, 0.0)

    # return np.sum(np.maximum(response, 0.0) ** 2)
    t_bar = spread_to(blur_energy_bar, t2**2) * (2 * t2)
    response_bar = t_bar * tie_share(response, 0.0, t2)
    # response = sum(kernel[k] * signal[k : k + n] for k in range(len(kernel)))
    t3 = list_of(fill_items(response_bar, items))
    signal_bar = np.zeros(signal.shape)
    kernel_bar = np.zeros(kernel.shape)
    for k in reversed(range(t)):
        t4 = k + n
        # response = sum(kernel[k] * signal[k : k + n] for k in range(len(kernel)))
        t_bar = t3.pop()
        add_at(signal_bar, slice(k, t4, None), kernel[k] * t_bar)
        add_at(kernel_bar, k, (t_bar * signal[k:t4]).sum())
    return signal_bar, kernel_bar
