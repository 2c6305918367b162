from s2s.driver.late import call_vjp
from tests.golden.functions.functions_in_containers import LAYERS
from s2s.runtime import as_gradient, spread_to


def pipeline_grad(x, pipeline_bar=1.0):
    """Gradient of `pipeline` with respect to x."""
    back_saved = []
    x_2 = x
    for layer in LAYERS:
        x_2, back = call_vjp(layer, x_2)
        back_saved.append(back)

    # return np.sum(x)
    x_bar = spread_to(pipeline_bar, x_2)
    for _ in reversed(LAYERS):
        back2 = back_saved.pop()
        # x = layer(x)
        x_bar = back2(x_bar)[0]
    return as_gradient(x_bar, x)
