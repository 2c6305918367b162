"""Tensors, variables and automatic differentiation, as TensorFlow's introduction has them.

    python examples/introduction.py [--quick]

`introduction.ipynb` is made of the same text (`python -m tests.notebook --write`).
"""

# %% [markdown]
# # An introduction to s2s for readers of TensorFlow's
#
# s2s is a platform for numerical programs over NumPy. It adds one thing, derivatives, and leaves
# the rest to the parts that the ecosystem has already:
#
# 1. numerical computation on multidimensional arrays: NumPy itself;
# 2. automatic differentiation: s2s, by rewriting the source of the program;
# 3. model construction, training and export: plain classes, an optimiser of a few lines,
#    safetensors, and derivatives that are Python modules;
# 4. distributed processing: Dask.
#
# There is no array type to learn and no tape at run time.

# %%
import inspect
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import s2s

plt.style.use("seaborn-v0_8-whitegrid")
plt.rcParams["figure.figsize"] = (4.5, 2.8)
plt.rcParams["figure.dpi"] = 72
quick = "--quick" in sys.argv
print("s2s", s2s.__version__, "on NumPy", np.__version__)

# %% [markdown]
# ## Tensors
#
# A tensor is a NumPy array. `s2s.constant` makes one that cannot be changed by accident.

# %%
x = s2s.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print(x.shape, x.dtype)
print(x + x)
print(5 * x)
print(x @ x.T)
print(np.concatenate([x, x, x], axis=0))
print(np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True))
print(np.sum(x))

# %% [markdown]
# ## Variables
#
# A variable is an array with a state and a name. It takes part in every NumPy expression, whose
# result is an array again, and it changes by assignment only.

# %%
var = s2s.Variable([0.0, 0.0, 0.0], name="var")
var.assign([1, 2, 3])
var.assign_add([1, 1, 1])
print(var)
print(repr(var[1:]), var.shape, var.dtype, var.name, var.trainable)
print(type(var + 1.0).__name__, np.sum(var * var))

# %% [markdown]
# ## Automatic differentiation
#
# The sensitivity of $L(w) = 4w + w^3$ with respect to $w$ at $w = 1$ is $4 + 3w^2 = 7$.

# %%
w = s2s.Variable(1.0)

with s2s.GradientTape() as g:
    L = 4 * w + w**3

gradL_w = g.gradient(L, w)
print("gradient of L w.r.t. w at w = 1 is", gradL_w)
assert gradL_w == 7.0

# %% [markdown]
# Nothing was recorded: the block was read as source, and what runs is a program that can be read.
# `s2s.grad` makes such programs of functions.


# %%
def cubic(w):
    """4 w + w^3"""
    return 4 * w + w**3


print(s2s.grad(cubic).specialize(1.0).source)

# %% [markdown]
# Several inputs: $L(w_1, w_2) = w_1 + w_2^2$ at $w_1 = 1$, $w_2 = 2$ has the sensitivities 1 and
# $2 w_2 = 4$.

# %%
w1 = s2s.Variable(1.0)
w2 = s2s.Variable(2.0)

with s2s.GradientTape() as g:
    L = w1 + w2**2

gradL_w1, gradL_w2 = g.gradient(L, [w1, w2])
print("gradL_w1 =", gradL_w1, "; gradL_w2 =", gradL_w2)
assert (gradL_w1, gradL_w2) == (1.0, 4.0)

# %% [markdown]
# ### Constants and variables
#
# `gradient` answers `None` for what is no variable, and for what the result does not depend on.

# %%
w1 = s2s.Variable(1.0, name="w1")  # an independent variable
c1 = s2s.constant(-2.0, name="c1")  # a constant is not a variable
c2 = s2s.Variable(-1.0, name="c2", trainable=False)  # constant, because we say so
c3 = s2s.Variable(1.0, name="c3") + 1.0  # variable + array is an array
alpha = s2s.Variable(0.0, name="alpha")  # a variable that L does not depend on

with s2s.GradientTape() as g:
    L = (w1 + c1) ** 2 + (c2**3) + 4 * c3

grad = g.gradient(L, [w1, c1, c2, c3, alpha])
print(*grad)
assert grad == [-2.0, None, None, None, None]

# %% [markdown]
# An array is an independent variable when it is watched: $L(w) = w^4$ at $w = -3$ has the
# sensitivity $4 w^3 = -108$.

# %%
w = s2s.constant(-3.0)

with s2s.GradientTape() as g:
    g.watch(w)
    L = w**4

print(g.gradient(L, w))

# %% [markdown]
# ### Vectors, lists, persistent tapes
#
# The gradient by a vector is a vector: $L(w) = w_0^2 + w_1^2$ at $(1, -3)$.

# %%
w = s2s.Variable([1, -3.0])
with s2s.GradientTape() as g:
    L = np.sum(w**2)

print(w.numpy(), L, g.gradient(L, w))

# %% [markdown]
# The gradient of several results is that of their sum: $2 + 4w^3 = -2$ at $w = -1$.

# %%
w = s2s.Variable(-1.0)
with s2s.GradientTape() as g:
    L = [2 * w, w**4]

print([float(part) for part in L], g.gradient(L, w))

# %% [markdown]
# A tape answers once, unless it is persistent. It may be asked for the gradient by a value in the
# middle too.

# %%
w1 = s2s.Variable([1, -3.0])
with s2s.GradientTape(persistent=True) as g:
    w2 = 2 * w1
    L = w2**2

print(w1.numpy(), w2)
print(g.gradient(w2, w1))  # 2 for each entry
print(g.gradient(L, w2))  # 2 w2
del g

# %% [markdown]
# ### Sensitivities of functions

# %%
w = np.linspace(-10.0, 10.0, 129)  # an array, not a variable

with s2s.GradientTape() as g:
    g.watch(w)
    L = np.tanh(w)

gradL_w = g.gradient(L, w)

plt.plot(w, L, label="L")
plt.plot(w, gradL_w, label="gradL_w")
plt.legend()
plt.xlabel("w")
plt.show()

# %% [markdown]
# ## Training a model
#
# A model is a plain class that holds variables, an optimiser a few lines. The data are the
# handwritten digits of scikit-learn. `@s2s.function` compiles the step: one forward sweep, one
# backward sweep, and `step.source` shows both.

# %%
from sklearn.datasets import load_digits  # noqa: E402

images, labels = load_digits(return_X_y=True)
images = (images / 16.0).astype(np.float32)
rng = np.random.default_rng(0)
order = rng.permutation(len(images))
train, test = order[:1400], order[1400:]


class Network:
    """Two dense layers."""

    def __init__(self, inputs, hidden, outputs, rng):
        def weights(shape):
            return rng.normal(size=shape).astype(np.float32) / np.float32(np.sqrt(shape[0]))

        self.w1 = s2s.Variable(weights((inputs, hidden)), name="w1")
        self.b1 = s2s.Variable(np.zeros(hidden, np.float32), name="b1")
        self.w2 = s2s.Variable(weights((hidden, outputs)), name="w2")
        self.b2 = s2s.Variable(np.zeros(outputs, np.float32), name="b2")
        self.variables = [self.w1, self.b1, self.w2, self.b2]

    def __call__(self, x):
        """Return one score a class."""
        return np.tanh(x @ self.w1 + self.b1) @ self.w2 + self.b2


def cross_entropy(scores, labels):
    """Return the mean of minus the logarithm of the probability of the right class."""
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


class Momentum:
    """Gradient descent with momentum."""

    def __init__(self, variables, rate=0.1, decay=0.9):
        self.variables, self.rate, self.decay = variables, rate, decay
        self.speeds = [np.zeros_like(v) for v in variables]

    def apply(self, gradients):
        """Take one step."""
        for k, (v, g) in enumerate(zip(self.variables, gradients)):
            self.speeds[k] = self.decay * self.speeds[k] - self.rate * g
            v.assign_add(self.speeds[k])


model = Network(64, 32, 10, rng)
optimiser = Momentum(model.variables)


@s2s.function
def step(x, y):
    """Take one step on a batch; return the loss."""
    with s2s.GradientTape() as tape:
        loss = cross_entropy(model(x), y)
    optimiser.apply(tape.gradient(loss, model.variables))
    return loss


losses = []
for _ in range(5 if quick else 30):
    rng.shuffle(train)
    for k in range(0, len(train), 100):
        losses.append(step(images[train[k : k + 100]], labels[train[k : k + 100]]))
right = np.mean(np.argmax(model(images[test]), axis=1) == labels[test])
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, test accuracy {100 * right:.1f} %")

plt.plot(losses)
plt.xlabel("step")
plt.ylabel("loss")
plt.show()

# %%
print(step.source)

# %% [markdown]
# ## Saving and loading weights

# %%
try:
    from safetensors.numpy import load_file, save_file
except ImportError:
    print("safetensors is not installed: left out")
else:
    file = Path(tempfile.mkdtemp()) / "digits.safetensors"
    save_file({v.name: v.numpy() for v in model.variables}, file)
    restored = Network(64, 32, 10, np.random.default_rng(1))
    for name, value in load_file(file).items():
        getattr(restored, name).assign(value)
    same = np.array_equal(model(images[test]), restored(images[test]))
    print(f"{file.name}: {file.stat().st_size} bytes; the same scores after loading: {same}")
    assert same

# %% [markdown]
# ## Exporting the derivative
#
# The derivative of a function is a module that runs where s2s is not installed. `s2s compile`
# writes it; here the function is put into a file of its own first.


# %%
def loss(params, x, y):
    """Return the loss of the network for a dictionary of parameters."""
    scores = np.tanh(x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]
    return cross_entropy(scores, y)


folder = Path(tempfile.mkdtemp())
parts = "\n\n".join(inspect.getsource(f) for f in (cross_entropy, loss))
(folder / "digits.py").write_text("import numpy as np\n\n\n" + parts)
command = [sys.executable, "-m", "s2s", "compile", "digits.py:loss", "--wrt", "params", "--value"]
subprocess.run([*command, "-o", "digits_grad.py"], cwd=folder, check=True)
text = (folder / "digits_grad.py").read_text()
assert "import s2s" not in text and "from s2s" not in text

params = {v.name: v.numpy() for v in model.variables}
batch = images[test[:50]], labels[test[:50]]
module: dict = {}
exec(compile(text, "digits_grad.py", "exec"), module)
exported = module["loss_value_and_grad"](params, *batch)[1]
gradient = s2s.value_and_grad(loss)
here = gradient(params, *batch)[1]
same = all(np.allclose(exported[k], here[k], rtol=1e-4, atol=1e-7) for k in params)
print(len(text.splitlines()), "lines of Python; the same gradient:", same)
assert same

# %% [markdown]
# ## Distributing the gradient
#
# Derivatives travel as their source. Four shards of the data on a Dask cluster of this machine
# give the gradient of one process: the mean of their gradients, weighted by their sizes.

# %%
try:
    from distributed import Client, LocalCluster
except ImportError:
    print("dask.distributed is not installed: left out")
else:
    whole_value, whole = gradient(params, images[train], labels[train])
    shards = np.array_split(train, 4)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False,
                     dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        futures = [client.submit(gradient, params, images[s], labels[s]) for s in shards]
        parts = client.gather(futures)
        workers = len(client.scheduler_info()["workers"])
    share = [len(s) / len(train) for s in shards]
    total = {k: sum(a * g[k] for a, (_, g) in zip(share, parts)) for k in params}
    error = max(float(np.max(np.abs(total[k] - whole[k]))) for k in params)
    print(f"{workers} workers, 4 shards: largest difference from one process {error:.1e}")
    assert error < 1e-6
