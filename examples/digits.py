"""Train a two-layer network on handwritten digits, with a gradient that can be read.

    python examples/digits.py [--quick] [--show-source] [--output FOLDER]

The data are the 1,797 real images of 8 x 8 pixels that come with scikit-learn. The same loss is
minimised twice: by Adam on minibatches, where the parameters are a dictionary and so is their
gradient, and by SciPy's L-BFGS on one flat vector. Saves a picture of the training curve and of
some test digits with their predictions.
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import scipy.optimize
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import s2s

PIXELS, HIDDEN, CLASSES = 64, 128, 10
DECAY = 1e-4


# ---- the model: plain NumPy, no word about derivatives ---------------------------------------


def scores(params, images):
    """Return one unnormalised score a class for each image."""
    hidden = np.tanh(images @ params["w1"] + params["b1"])
    return hidden @ params["w2"] + params["b2"]


def log_softmax(z):
    """Return the logarithm of the softmax of each row, without overflow."""
    z = z - np.max(z, axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))


def loss(params, images, labels):
    """Return the mean cross-entropy plus a little weight decay."""
    log_p = log_softmax(scores(params, images))
    fit = -np.mean(log_p[np.arange(len(labels)), labels])
    return fit + DECAY * (np.sum(params["w1"] ** 2) + np.sum(params["w2"] ** 2))


def unpack(theta):
    """Return the dictionary of parameters that a flat vector holds."""
    a = PIXELS * HIDDEN
    b = a + HIDDEN
    c = b + HIDDEN * CLASSES
    return {
        "w1": theta[:a].reshape(PIXELS, HIDDEN),
        "b1": theta[a:b],
        "w2": theta[b:c].reshape(HIDDEN, CLASSES),
        "b2": theta[c:],
    }


def flat_loss(theta, images, labels):
    """Return the loss as a function of one flat vector, the form that SciPy asks for."""
    return loss(unpack(theta), images, labels)


# ---- the gradients ---------------------------------------------------------------------------

loss_and_gradient = s2s.value_and_grad(loss)
flat_loss_and_gradient = s2s.value_and_grad(flat_loss)


def check_gradient(params, images, labels, rng, step=1e-5):
    """Return the worst relative error of the gradient against finite differences."""
    gradient = loss_and_gradient(params, images, labels)[1]
    worst = 0.0
    for _ in range(5):
        direction = {name: rng.standard_normal(p.shape) for name, p in params.items()}
        ahead = {name: p + step * direction[name] for name, p in params.items()}
        behind = {name: p - step * direction[name] for name, p in params.items()}
        numeric = (loss(ahead, images, labels) - loss(behind, images, labels)) / (2 * step)
        slope = sum(np.sum(gradient[name] * direction[name]) for name in params)
        worst = max(worst, abs(slope - numeric) / (abs(numeric) + 1e-12))
    return worst


# ---- training --------------------------------------------------------------------------------


def initial(rng):
    """Return fresh parameters, scaled so that the signal keeps its size from layer to layer."""
    return {
        "w1": rng.standard_normal((PIXELS, HIDDEN)) / np.sqrt(PIXELS),
        "b1": np.zeros(HIDDEN),
        "w2": rng.standard_normal((HIDDEN, CLASSES)) / np.sqrt(HIDDEN),
        "b2": np.zeros(CLASSES),
    }


def accuracy(params, images, labels):
    """Return the share of images whose highest score is the right one."""
    return np.mean(np.argmax(scores(params, images), axis=1) == labels)


def adam_step(params, gradient, mean, square, t, rate):
    """Move every parameter in place by one step of Adam."""
    for name, g in gradient.items():
        mean[name] += 0.1 * (g - mean[name])
        square[name] += 0.001 * (g * g - square[name])
        corrected = mean[name] / (1 - 0.9**t)
        params[name] -= rate * corrected / (np.sqrt(square[name] / (1 - 0.999**t)) + 1e-8)


def train_adam(train, test, epochs, rng, batch=64, rate=2e-2, noise=0.2):
    """Train on shuffled, slightly noisy minibatches; return the parameters and the curve."""
    images, labels = train
    params = initial(rng)
    mean = {name: np.zeros_like(p) for name, p in params.items()}
    square = {name: np.zeros_like(p) for name, p in params.items()}
    curve, t, steps = [], 0, epochs * -(-len(labels) // batch)
    progress = tqdm(range(epochs), desc="Adam", unit="epoch")
    for _ in progress:
        order = rng.permutation(len(labels))
        values = []
        for start in range(0, len(order), batch):
            pick = order[start : start + batch]
            noisy = images[pick] + noise * rng.standard_normal((len(pick), PIXELS))
            value, gradient = loss_and_gradient(params, noisy, labels[pick])
            t += 1
            cooled = rate * (1 + np.cos(np.pi * t / steps)) / 2
            adam_step(params, gradient, mean, square, t, cooled)
            values.append(value)
        curve.append((np.mean(values), accuracy(params, *test)))
        progress.set_postfix(loss=f"{curve[-1][0]:.4f}", test=f"{100 * curve[-1][1]:.1f}%")
    return params, np.array(curve)


def train_lbfgs(train, iterations, rng):
    """Train on all images at once with L-BFGS; return the parameters and the loss."""
    start = np.concatenate([p.ravel() for p in initial(rng).values()])
    with tqdm(total=iterations, desc="L-BFGS", unit="step") as progress:
        result = scipy.optimize.minimize(
            flat_loss_and_gradient,
            start,
            args=train,
            jac=True,
            method="L-BFGS-B",
            callback=lambda _: progress.update(),
            options={"maxiter": iterations},
        )
    return unpack(result.x), result.fun


# ---- the picture -----------------------------------------------------------------------------


def draw(curve, params, images, labels, path):
    """Save the training curve beside some test digits, the wrongly read ones first."""
    guess = np.argmax(scores(params, images), axis=1)
    shown = np.argsort(guess == labels, kind="stable")[:20]
    figure = plt.figure(figsize=(11, 4.2), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(1.1, 1))
    axes = left.subplots()
    epochs = np.arange(1, len(curve) + 1)
    axes.semilogy(epochs, curve[:, 0], color="tab:blue")
    axes.set(xlabel="epoch", ylabel="training loss")
    error = axes.twinx()
    error.plot(epochs, 100 * (1 - curve[:, 1]), color="tab:orange")
    error.set(ylabel="test error, %")
    axes.set_title("loss (blue) and test error (orange)")
    right.suptitle("test digits and predictions (red: wrong)")
    for cell, i in zip(right.subplots(4, 5).flat, shown, strict=True):
        cell.imshow(images[i].reshape(8, 8), cmap="gray_r")
        cell.set_title(str(guess[i]), color="black" if guess[i] == labels[i] else "red", pad=2)
        cell.axis("off")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Check the gradient, train in both ways, report, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a few epochs only")
    parser.add_argument("--show-source", action="store_true", help="print the derivative first")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "output")
    options = parser.parse_args()

    if options.show_source:
        print(loss_and_gradient.source)
    digits = load_digits()
    split = train_test_split(
        digits.data / 16.0, digits.target, test_size=0.2, stratify=digits.target, random_state=0
    )
    train, test = (split[0], split[2]), (split[1], split[3])
    rng = np.random.default_rng(0)

    worst = check_gradient(initial(rng), train[0][:50], train[1][:50], rng)
    print(f"gradient against finite differences: relative error {worst:.1e}")
    if worst > 1e-6:
        raise SystemExit("the gradient is wrong")

    params, curve = train_adam(train, test, 15 if options.quick else 60, rng)
    print(f"Adam:   training loss {curve[0, 0]:.4f} -> {curve[-1, 0]:.4f}")
    print(f"Adam:   test accuracy {100 * accuracy(params, *test):.2f} %")
    other, value = train_lbfgs(train, 40 if options.quick else 200, rng)
    print(f"L-BFGS: training loss {value:.4f}")
    print(f"L-BFGS: test accuracy {100 * accuracy(other, *test):.2f} %")

    picture = options.output / "digits.png"
    draw(curve, params, *test, picture)
    print(f"saved {picture}")


if __name__ == "__main__":
    main()
