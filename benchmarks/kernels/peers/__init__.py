"""What the gradients of the kernels are compared with: adjoints by hand, JAX, autograd."""
