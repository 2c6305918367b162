import math
from s2s.runtime import ratio


def call_price_grad(spot, strike, rate, vol, expiry, call_price_bar=1.0):
    """Gradient of `call_price` with respect to spot, vol, expiry."""
    t = math.sqrt(expiry)
    total_vol = vol * t
    t2 = spot / strike
    t3 = math.log(t2)
    t4 = rate + 0.5 * vol**2
    d1 = (t3 + t4 * expiry) / total_vol
    d2 = d1 - total_vol
    t5 = math.sqrt(2.0)
    t6 = d1 / t5
    result = 0.5 * (1.0 + math.erf(t6))
    t7 = math.exp(-rate * expiry)
    t8 = strike * t7
    t9 = math.sqrt(2.0)
    t10 = d2 / t9

    # return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)
    result_bar = t8 * -call_price_bar
    # return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
    d2_bar = 0.5 * result_bar * (1.1283791670955126 * math.exp(-t10 * t10)) / t9
    # return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)
    spot_bar = call_price_bar * result
    result_bar = spot * call_price_bar
    # return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
    d1_bar = 0.5 * result_bar * (1.1283791670955126 * math.exp(-t6 * t6)) / t5
    # d2 = d1 - total_vol
    total_vol_bar = -d2_bar
    d1_bar = d1_bar + d2_bar
    # d1 = (math.log(spot / strike) + (rate + 0.5 * vol**2) * expiry) / total_vol
    d1_bar = d1_bar / total_vol
    total_vol_bar = total_vol_bar - d1_bar * d1
    expiry_bar = t4 * d1_bar
    expiry_bar_2 = rate * (
        strike * (call_price_bar * (0.5 * (1.0 + math.erf(t10)))) * t7
    )
    expiry_bar = expiry_bar + expiry_bar_2
    vol_bar = 0.5 * (d1_bar * expiry) * (2 * vol)
    spot_bar = spot_bar + d1_bar / t2 / strike
    # total_vol = vol * math.sqrt(expiry)
    vol_bar = vol_bar + total_vol_bar * t
    expiry_bar = expiry_bar + ratio(vol * total_vol_bar, 2 * t)
    return spot_bar, vol_bar, float(expiry_bar)
