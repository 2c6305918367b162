import math
from s2s.runtime import as_gradient, ratio, require_scalar, unbroadcast


def normal_cdf_fwd(z):
    """Forward sweep of `normal_cdf`: the value and what its reverse needs."""
    t = math.sqrt(2.0)
    t2 = z / t
    return 0.5 * (1.0 + math.erf(t2)), (t2, t)


def normal_cdf_bwd(saved, normal_cdf_bar):
    """Backward sweep of `normal_cdf`: gradients of z."""
    t, t2 = saved
    # return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
    z_bar = 0.5 * normal_cdf_bar * (1.1283791670955126 * math.exp(-t * t)) / t2
    return z_bar


def call_price_grad(spot, strike, rate, vol, expiry, call_price_bar=1.0):
    """Gradient of `call_price` with respect to spot, vol, expiry."""
    t = math.sqrt(expiry)
    total_vol = vol * t
    t2 = spot / strike
    t3 = math.log(t2)
    t4 = rate + 0.5 * vol**2
    d1 = (t3 + t4 * expiry) / total_vol
    d2 = d1 - total_vol
    normal_cdf_value, normal_cdf_saved = normal_cdf_fwd(d1)
    result = spot * normal_cdf_value
    t5 = -rate
    t6 = math.exp(t5 * expiry)
    t7 = strike * t6
    normal_cdf_value2, normal_cdf_saved2 = normal_cdf_fwd(d2)
    t8 = t7 * normal_cdf_value2
    require_scalar(result - t8)

    # return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)
    g = unbroadcast(call_price_bar, result)
    t_bar = unbroadcast(-call_price_bar, t8)
    g2 = unbroadcast(t_bar * normal_cdf_value2, t7)
    d2_bar = normal_cdf_bwd(normal_cdf_saved2, t7 * t_bar)
    expiry_bar = t5 * (strike * g2 * t6)
    g3 = unbroadcast(g * normal_cdf_value, spot)
    d1_bar = normal_cdf_bwd(normal_cdf_saved, spot * g)
    # d2 = d1 - total_vol
    total_vol_bar = -d2_bar
    d1_bar = d1_bar + d2_bar
    # d1 = (math.log(spot / strike) + (rate + 0.5 * vol**2) * expiry) / total_vol
    d1_bar_2 = d1_bar / total_vol
    total_vol_bar = total_vol_bar + -d1_bar * d1 / total_vol
    expiry_bar = expiry_bar + t4 * d1_bar_2
    vol_bar = 0.5 * (d1_bar_2 * expiry) * (2 * vol)
    spot_bar = g3 + d1_bar_2 / (t2 * math.log(2.718281828459045)) / strike
    # total_vol = vol * math.sqrt(expiry)
    vol_bar = vol_bar + total_vol_bar * t
    expiry_bar = expiry_bar + ratio(vol * total_vol_bar, 2 * t)
    spot_bar = as_gradient(spot_bar, spot)
    vol_bar = as_gradient(vol_bar, vol)
    expiry_bar = as_gradient(expiry_bar, expiry)
    return spot_bar, vol_bar, expiry_bar
