import numpy as np
from s2s.runtime import ratio


def orbit_height_grad(mean_anomaly, eccentricity, orbit_height_bar=1.0):
    """Gradient of `orbit_height` with respect to mean_anomaly, eccentricity."""
    anomaly = mean_anomaly
    error = eccentricity * np.sin(anomaly)
    anomaly_saved = []
    t_saved = []
    t_saved_2 = []
    while abs(error) > 1e-13:
        anomaly_saved.append(anomaly)
        t = np.sin(anomaly)
        t_saved.append(t)
        error = mean_anomaly + eccentricity * t - anomaly
        t2 = np.cos(anomaly)
        t_saved_2.append(t2)
        anomaly = anomaly + error / (1.0 - eccentricity * t2)
    t3 = np.sqrt(1.0 - eccentricity**2)

    count = len(anomaly_saved)
    # return np.sqrt(1.0 - eccentricity**2) * np.sin(anomaly)
    anomaly_bar = t3 * orbit_height_bar * np.cos(anomaly)
    t_bar = -ratio(orbit_height_bar * np.sin(anomaly), 2 * t3)
    eccentricity_bar = t_bar * (2 * eccentricity)
    error_bar, mean_anomaly_bar = 0.0, 0.0
    for _ in range(count):
        t4 = t_saved_2.pop()
        t5 = t_saved.pop()
        anomaly = anomaly_saved.pop()
        error = mean_anomaly + eccentricity * t5 - anomaly
        t6 = 1.0 - eccentricity * t4
        # anomaly = anomaly + error / (1.0 - eccentricity * np.cos(anomaly))
        error_bar_2 = anomaly_bar / t6
        error_bar = error_bar + error_bar_2
        t_bar = error_bar_2 * (error / t6)
        eccentricity_bar = eccentricity_bar + t_bar * t4
        anomaly_bar = anomaly_bar - eccentricity * t_bar * np.sin(anomaly)
        # error = mean_anomaly + eccentricity * np.sin(anomaly) - anomaly
        anomaly_bar = anomaly_bar - error_bar
        mean_anomaly_bar = mean_anomaly_bar + error_bar
        eccentricity_bar = eccentricity_bar + error_bar * t5
        anomaly_bar = anomaly_bar + eccentricity * error_bar * np.cos(anomaly)
        error_bar = 0.0
    # anomaly = mean_anomaly
    mean_anomaly_bar = mean_anomaly_bar + anomaly_bar
    return float(mean_anomaly_bar), float(eccentricity_bar)
