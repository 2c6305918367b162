import numpy as np
from s2s.runtime import as_gradient


def ridge_residual_grad(features, target, strength, ridge_residual_bar=1.0):
    """Gradient of `ridge_residual` with respect to features, target, strength."""
    t = features.T
    eye_value = np.eye(features.shape[1])
    gram = t @ features + strength * eye_value
    t2 = features.T
    weights = np.linalg.solve(gram, t2 @ target)
    residual = features @ weights - target

    # return residual @ residual
    residual_bar = ridge_residual_bar * residual + ridge_residual_bar * residual
    # residual = features @ weights - target
    target_bar = -residual_bar
    features_bar = residual_bar[:, None] * weights
    weights_bar = features.T @ residual_bar
    # weights = np.linalg.solve(gram, features.T @ target)
    a_dot_bar = (-np.linalg.solve(gram.T, weights_bar))[:, None] * weights
    t_bar = np.linalg.solve(gram.T, weights_bar)
    target_bar = target_bar + t2.T @ t_bar
    features_bar = features_bar + np.transpose(t_bar[:, None] * target)
    # gram = features.T @ features + strength * np.eye(features.shape[1])
    strength_bar = np.sum(a_dot_bar * eye_value)
    t3 = a_dot_bar @ features.T
    features_bar += t.T @ a_dot_bar
    features_bar += np.transpose(t3)
    features_bar = as_gradient(features_bar, features)
    target_bar = as_gradient(target_bar, target)
    strength_bar = as_gradient(strength_bar, strength)
    return features_bar, target_bar, strength_bar
