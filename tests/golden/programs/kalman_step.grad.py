import numpy as np


def kalman_likelihood_grad(noise, transition, observations, kalman_likelihood_bar=1.0):
    """Gradient of `kalman_likelihood` with respect to noise, transition."""
    mean = np.zeros(2)
    cov = np.eye(2)
    h = np.array([1.0, 0.0])
    cov_saved = []
    mean_saved = []
    cov_saved_2 = []
    innovation_saved = []
    s_saved = []
    gain_saved = []
    t_saved = []
    t_saved_2 = []
    for y in observations:
        cov_saved.append(cov)
        mean_saved.append(mean)
        mean = transition @ mean
        cov = transition @ cov
        cov_saved_2.append(cov)
        cov = cov @ transition.T + noise * np.eye(2)
        innovation = y - h @ mean
        innovation_saved.append(innovation)
        s = h @ cov @ h + 0.1
        s_saved.append(s)
        gain = cov @ h / s
        gain_saved.append(gain)
        mean += gain * innovation
        t = h @ cov
        t_saved.append(t)
        cov -= np.outer(gain, t)
        t_saved_2.append(innovation**2 / s)

    cov_bar = np.zeros_like(cov)
    mean_bar = np.zeros(mean.shape)
    transition_bar = np.zeros_like(transition)
    eye_value = np.eye(2)
    t_bar = 0.5 * -kalman_likelihood_bar
    noise_bar = 0.0
    for _ in reversed(observations):
        t2 = t_saved_2.pop()
        t3 = t_saved.pop()
        gain = gain_saved.pop()
        s = s_saved.pop()
        innovation = innovation_saved.pop()
        cov = cov_saved_2.pop()
        mean = mean_saved.pop()
        cov_2 = cov_saved.pop()
        # likelihood -= 0.5 * (np.log(s) + innovation**2 / s)
        t_bar_2 = t_bar / s
        innovation_bar = t_bar_2 * (2 * innovation)
        s_bar = t_bar_2 - t_bar_2 * t2
        # cov = cov - np.outer(gain, h @ cov)
        cov_bar_2 = cov_bar - h[:, None] * (gain @ cov_bar)
        # mean = mean + gain * innovation
        gain_bar = mean_bar * innovation - cov_bar @ t3
        innovation_bar = innovation_bar + gain @ mean_bar
        # gain = cov @ h / s
        gain_bar /= s
        s_bar = s_bar - gain_bar @ gain
        cov_bar_2 += gain_bar[:, None] * h
        # s = h @ cov @ h + 0.1
        cov_bar_2 += h[:, None] * (s_bar * h)
        # innovation = y - h @ mean
        mean_bar = mean_bar - innovation_bar * h
        # cov = transition @ cov @ transition.T + noise * np.eye(2)
        noise_bar = noise_bar + np.vdot(cov_bar_2, eye_value)
        cov_bar = cov_bar_2 @ transition
        transition_bar += (cov.T @ cov_bar_2).T
        t4 = cov_bar @ cov_2.T
        cov_bar = transition.T @ cov_bar
        transition_bar += t4
        # mean = transition @ mean
        transition_bar_2 = mean_bar[:, None] * mean
        mean_bar = transition.T @ mean_bar
        transition_bar += transition_bar_2
    return float(noise_bar), transition_bar
