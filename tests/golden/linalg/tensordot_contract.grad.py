import numpy as np
from s2s.runtime import as_gradient, spread_to, tensordot_adjoint_a, tensordot_adjoint_b


def contract_grad(tensor, kernel, contract_bar=1.0):
    """Gradient of `contract` with respect to tensor, kernel."""
    t = [1, 2], [0, 1]
    response = np.tensordot(tensor, kernel, axes=t)
    plain = np.tensordot(kernel, kernel, axes=2)
    t2 = response**2
    t3 = np.sum(t2)

    # return np.sum(response**2) * plain
    plain_bar = t3 * contract_bar
    response_bar = spread_to(contract_bar * plain, t2) * (2 * response)
    # plain = np.tensordot(kernel, kernel, axes=2)
    kernel_bar = tensordot_adjoint_a(plain_bar, kernel, kernel, 2)
    kernel_bar = kernel_bar + tensordot_adjoint_b(plain_bar, kernel, kernel, 2)
    # response = np.tensordot(tensor, kernel, axes=([1, 2], [0, 1]))
    tensor_bar = tensordot_adjoint_a(response_bar, tensor, kernel, t)
    kernel_bar = kernel_bar + tensordot_adjoint_b(response_bar, tensor, kernel, t)
    tensor_bar = as_gradient(tensor_bar, tensor)
    kernel_bar = as_gradient(kernel_bar, kernel)
    return tensor_bar, kernel_bar
