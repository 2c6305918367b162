"""Price of a European call with the error function of `math`."""

import math


def normal_cdf(z):
    """Distribution function of the standard normal."""
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def call_price(spot, strike, rate, vol, expiry):
    """The Black-Scholes formula; its gradient holds the greeks."""
    total_vol = vol * math.sqrt(expiry)
    d1 = (math.log(spot / strike) + (rate + 0.5 * vol**2) * expiry) / total_vol
    d2 = d1 - total_vol
    return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)


FUNCTION = call_price
ARGNUMS = (0, 3, 4)


def example():
    return 1.05, 1.0, 0.03, 0.25, 0.75
