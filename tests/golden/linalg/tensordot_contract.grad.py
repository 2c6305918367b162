import numpy as np
from s2s.runtime import as_gradient, spread_to


def contract_grad(tensor, kernel, contract_bar=1.0):
    """Gradient of `contract` with respect to tensor, kernel."""
    response = np.tensordot(tensor, kernel, axes=([1, 2], [0, 1]))
    plain = np.tensordot(kernel, kernel, axes=2)
    t = response**2

    # return np.sum(response**2) * plain
    plain_bar = np.sum(t) * contract_bar
    response_bar = spread_to(contract_bar * plain, t) * (2 * response)
    # plain = np.tensordot(kernel, kernel, axes=2)
    g = np.tensordot(plain_bar, kernel, ((), ()))
    kernel_bar = g + np.tensordot(kernel, plain_bar, ((), ()))
    # response = np.tensordot(tensor, kernel, axes=([1, 2], [0, 1]))
    tensor_bar = np.tensordot(response_bar, kernel, ((), ()))
    kernel_bar = kernel_bar + np.tensordot(tensor, response_bar, ((0,), (0,)))
    return as_gradient(tensor_bar, tensor), as_gradient(kernel_bar, kernel)
