"""The helpers of the rules for SciPy, which import it when they are called."""

from s2s.runtime.scipy_gamma import (
    beta_density,
    betainc_moment,
    gamma_density,
    gammainc_moment,
    half_line,
    student_density,
)
from s2s.runtime.scipy_special import (
    dawsn_slope,
    diric_slope,
    ellipeinc_slope,
    ellipkinc_slope,
    erfcx_slope,
    kolmogorov_slope,
    multigammaln_slope,
    poisson_entropy_slope,
    rgamma_slope,
    zeta_slope,
)
from s2s.runtime.scipy_stats import cdf_gaps, kde_slope

__all__ = [
    "beta_density", "betainc_moment", "cdf_gaps", "dawsn_slope", "diric_slope",
    "ellipeinc_slope", "ellipkinc_slope", "erfcx_slope", "gamma_density", "gammainc_moment",
    "half_line", "kde_slope", "kolmogorov_slope", "multigammaln_slope", "poisson_entropy_slope",
    "rgamma_slope", "student_density", "zeta_slope",
]  # fmt: skip
