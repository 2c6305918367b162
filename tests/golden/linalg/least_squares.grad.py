import numpy as np


def ridge_residual_grad(features, target, strength, ridge_residual_bar=1.0):
    """Gradient of `ridge_residual` with respect to features, target, strength."""
    eye_value = np.eye(features.shape[1])
    gram = features.T @ features + strength * eye_value
    weights = np.linalg.solve(gram, features.T @ target)
    residual = features @ weights - target

    # return residual @ residual
    residual_bar = 2 * ridge_residual_bar * residual
    # residual = features @ weights - target
    features_bar = residual_bar[:, None] * weights
    weights_bar = features.T @ residual_bar
    # weights = np.linalg.solve(gram, features.T @ target)
    t_bar = np.linalg.solve(gram.T, weights_bar)
    t_bar_2 = -t_bar
    gram_bar = t_bar_2[:, None] * weights
    target_bar = features @ t_bar - residual_bar
    features_bar += (t_bar[:, None] * target).T
    # gram = features.T @ features + strength * np.eye(features.shape[1])
    strength_bar = t_bar_2 @ eye_value @ weights
    features_bar += features @ gram_bar
    features_bar += (gram_bar @ features.T).T
    return features_bar, target_bar, float(strength_bar)
