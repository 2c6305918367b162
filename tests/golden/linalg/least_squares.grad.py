import numpy as np


def ridge_residual_grad(features, target, strength, ridge_residual_bar=1.0):
    """Gradient of `ridge_residual` with respect to features, target, strength."""
    t = features.T
    eye_value = np.eye(features.shape[1])
    gram = t @ features + strength * eye_value
    t2 = features.T
    weights = np.linalg.solve(gram, t2 @ target)
    residual = features @ weights - target

    # return residual @ residual
<<<<<<< HEAD
    residual_bar = ridge_residual_bar * residual
    residual_bar = 2 * residual_bar
=======
    residual_bar = 2 * ridge_residual_bar * residual
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    # residual = features @ weights - target
    features_bar = residual_bar[:, None] * weights
    weights_bar = features.T @ residual_bar
    # weights = np.linalg.solve(gram, features.T @ target)
    gram_bar = (-np.linalg.solve(gram.T, weights_bar))[:, None] * weights
    t_bar = np.linalg.solve(gram.T, weights_bar)
    target_bar = t2.T @ t_bar - residual_bar
    features_bar += (t_bar[:, None] * target).T
    # gram = features.T @ features + strength * np.eye(features.shape[1])
<<<<<<< HEAD
    strength_bar = np.sum(gram_bar * eye_value)
    features_bar += t.T @ gram_bar
    features_bar += (gram_bar @ features.T).T
=======
    strength_bar = (a_dot_bar * eye_value).sum()
    features_bar += t.T @ a_dot_bar
    features_bar += (a_dot_bar @ features.T).T
>>>>>>> cbaded9 (Numbers of a product at one place, sums as methods, adjoints reuse memory; passes are tested against their absence)
    strength_bar = float(strength_bar)
    return features_bar, target_bar, strength_bar
