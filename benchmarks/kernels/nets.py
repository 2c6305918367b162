"""Neural networks as loops over pixels and slices: no framework, arrays of shape (n, h, w, c)."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def softmax(x):
    """Softmax over the last axis, in one buffer."""
    out = x - np.max(x, axis=-1, keepdims=True)
    np.exp(out, out=out)
    out /= np.sum(out, axis=-1, keepdims=True)
    return out


def softmax_loss(x, weights):
    return np.sum(weights * softmax(x))


def softmax_inputs(size):
    shape = {"small": (2, 3, 4), "large": (8, 8, 64, 128)}[size]
    rng = np.random.default_rng(0)
    return rng.standard_normal(shape), rng.random(shape)


def relu(x):
    """What is positive."""
    return np.maximum(x, 0)


def conv2d(x, weights):
    """Valid convolution, pixel by pixel."""
    k = weights.shape[0]
    n, height, width, _ = x.shape
    out = np.empty((n, height - k + 1, width - k + 1, weights.shape[3]), dtype=x.dtype)
    for i in range(height - k + 1):
        for j in range(width - k + 1):
            patch = x[:, i : i + k, j : j + k, :]
            out[:, i, j, :] = np.tensordot(patch, weights, axes=3)
    return out


def conv2d_bias(x, weights, bias):
    """Convolution with a bias."""
    out = conv2d(x, weights)
    out += bias
    return out


def conv2d_bias_loss(x, weights, bias):
    return np.mean(conv2d_bias(x, weights, bias) ** 2)


def conv2d_bias_inputs(size):
    n, h, c_in, k, c_out = {"small": (2, 4, 2, 2, 2), "large": (8, 32, 3, 5, 16)}[size]
    rng = np.random.default_rng(1)
    return (
        rng.standard_normal((n, h, h, c_in)),
        rng.standard_normal((k, k, c_in, c_out)),
        rng.standard_normal(c_out),
    )


def maxpool2d(x):
    """The largest of each two by two pixels."""
    n, height, width, channels = x.shape
    out = np.empty((n, height // 2, width // 2, channels))
    for i in range(height // 2):
        for j in range(width // 2):
            out[:, i, j, :] = np.max(x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, :], axis=(1, 2))
    return out


def lenet(x, conv1, bias1, conv2, bias2, fc1, fc1b, fc2, fc2b):
    """Two convolutions with pooling and two dense layers."""
    x = maxpool2d(relu(conv2d_bias(x, conv1, bias1)))
    x = maxpool2d(relu(conv2d_bias(x, conv2, bias2)))
    x = np.reshape(x, (x.shape[0], -1))
    x = relu(x @ fc1 + fc1b)
    return x @ fc2 + fc2b


def lenet_loss(x, conv1, bias1, conv2, bias2, fc1, fc1b, fc2, fc2b, target):
    scores = lenet(x, conv1, bias1, conv2, bias2, fc1, fc1b, fc2, fc2b)
    return np.mean((scores - target) ** 2)


def lenet_inputs(size):
    n, h, k, c1, c2, hidden, out = {
        "small": (2, 10, 3, 2, 2, 3, 2),
        "large": (16, 28, 5, 6, 16, 84, 10),
    }[size]
    rng = np.random.default_rng(2)
    flat = (((h - k + 1) // 2 - k + 1) // 2) ** 2 * c2
    return (
        rng.standard_normal((n, h, h, 1)),
        0.5 * rng.standard_normal((k, k, 1, c1)), 0.1 * rng.standard_normal(c1),
        0.5 * rng.standard_normal((k, k, c1, c2)), 0.1 * rng.standard_normal(c2),
        0.5 * rng.standard_normal((flat, hidden)), 0.5 + 0.1 * rng.standard_normal(hidden),
        rng.standard_normal((hidden, out)), rng.standard_normal(out),
        rng.standard_normal((n, out)),
    )  # fmt: skip


def conv2d_same(x, weights):
    """Convolution of a copy padded with zeros: the result has the size of x."""
    pad = weights.shape[0] // 2
    n, height, width, channels = x.shape
    padded = np.zeros((n, height + 2 * pad, width + 2 * pad, channels), dtype=x.dtype)
    padded[:, pad : height + pad, pad : width + pad, :] = x
    return conv2d(padded, weights)


def batchnorm(x, eps=1e-5):
    """Centre and scale every pixel over the batch."""
    mean = np.mean(x, axis=0, keepdims=True)
    std = np.std(x, axis=0, keepdims=True)
    return (x - mean) / np.sqrt(std**2 + eps)


def resnet_block(x, conv1, conv2, conv3):
    """Bottleneck of 1 x 1, 3 x 3 and 1 x 1 convolutions with a shortcut."""
    y = relu(batchnorm(conv2d(x, conv1)))
    y = relu(batchnorm(conv2d_same(y, conv2)))
    y = batchnorm(conv2d(y, conv3))
    y += x
    return relu(y)


def resnet_block_loss(x, conv1, conv2, conv3):
    return np.mean(resnet_block(x, conv1, conv2, conv3) ** 2)


def resnet_block_inputs(size):
    n, h, c_in, c_mid = {"small": (3, 3, 2, 2), "large": (8, 14, 32, 8)}[size]
    rng = np.random.default_rng(3)
    return (
        rng.standard_normal((n, h, h, c_in)),
        rng.standard_normal((1, 1, c_in, c_mid)),
        rng.standard_normal((3, 3, c_mid, c_mid)),
        rng.standard_normal((1, 1, c_mid, c_in)),
    )


def mlp(x, w1, b1, w2, b2, w3, b3):
    """Three dense layers and a softmax."""
    x = relu(x @ w1 + b1)
    x = relu(x @ w2 + b2)
    return softmax(x @ w3 + b3)


def mlp_loss(x, w1, b1, w2, b2, w3, b3, labels):
    out = mlp(x, w1, b1, w2, b2, w3, b3)
    return -np.mean(np.log(out[np.arange(len(labels)), labels]))


def mlp_inputs(size):
    n, sizes = {"small": (4, (3, 4, 3, 2)), "large": (256, (64, 300, 100, 10))}[size]
    rng = np.random.default_rng(4)
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        layers += [rng.standard_normal((fan_in, fan_out)) / fan_in**0.5, rng.random(fan_out)]
    return rng.standard_normal((n, sizes[0])), *layers, rng.integers(0, sizes[-1], n)


KERNELS = [
    Kernel(softmax_loss, softmax_inputs, ("x", "weights"), analytic=False),
    Kernel(conv2d_bias_loss, conv2d_bias_inputs, ("x", "weights", "bias")),
    Kernel(
        lenet_loss, lenet_inputs,
        ("x", "conv1", "bias1", "conv2", "bias2", "fc1", "fc1b", "fc2", "fc2b"), analytic=False,
    ),
    Kernel(
        resnet_block_loss, resnet_block_inputs, ("x", "conv1", "conv2", "conv3"), analytic=False
    ),
    Kernel(mlp_loss, mlp_inputs, ("x", "w1", "b1", "w2", "b2", "w3", "b3"), analytic=False),
]  # fmt: skip
