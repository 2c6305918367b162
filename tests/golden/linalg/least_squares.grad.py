import numpy as np
from s2s.runtime import as_gradient, unbroadcast


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
    t3 = residual_bar[..., None] * weights
    t4 = features.T @ residual_bar[..., None]
    weights_bar = unbroadcast(t4, weights[:, None])[:, 0]
    # weights = np.linalg.solve(gram, features.T @ target)
    t5 = (-np.linalg.solve(gram.T, weights_bar))[..., None] * weights
    t_bar = np.linalg.solve(gram.T, weights_bar)
    t6 = unbroadcast(t2.T @ t_bar[..., None], target[:, None])
    target_bar = target_bar + t6[:, 0]
    features_bar = t3 + np.transpose(t_bar[..., None] * target)
    # gram = features.T @ features + strength * np.eye(features.shape[1])
    strength_bar = np.sum(t5 * eye_value)
    features_bar = features_bar + t.T @ t5
    features_bar = features_bar + np.transpose(t5 @ features.T)
    features_bar = as_gradient(features_bar, features)
    target_bar = as_gradient(target_bar, target)
    strength_bar = as_gradient(strength_bar, strength)
    return features_bar, target_bar, strength_bar
