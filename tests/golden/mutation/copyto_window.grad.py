import numpy as np
from s2s.runtime import unbroadcast


def matched_grad(signal, kernel, matched_bar=1.0):
    """Gradient of `matched` with respect to signal, kernel."""
    window = np.empty(len(kernel))
    t = len(signal) - len(kernel) + 1
    window_old_saved = []
    t_saved = []
    for i in range(t):
        window_old_saved.append(window.copy())
        window[...] = signal[i : i + len(kernel)]
        window -= np.mean(window)
        t_saved.append(window @ kernel)

    window_bar = np.zeros(window.shape)
    kernel_bar = np.zeros(kernel.shape)
    signal_bar = np.zeros(signal.shape)
    for i in reversed(range(t)):
        t2 = t_saved.pop()
        window_old = window_old_saved.pop()
        t3 = i + len(kernel)
        t4 = signal[i:t3]
        # total += (window @ kernel) ** 2
        t_bar = matched_bar * (2 * t2)
        window_bar += t_bar * kernel
        kernel_bar += t_bar * window
        # window -= np.mean(window)
        window_bar += (-window_bar).sum() / window.size
        # np.copyto(window, signal[i : i + len(kernel)])
        window[...] = window_old
        t5 = window_bar.copy()
        window_bar[...] = 0.0
        signal_bar[i:t3] += unbroadcast(t5, t4)
    return signal_bar, kernel_bar
