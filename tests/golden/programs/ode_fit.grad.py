from s2s.runtime import as_gradient


def epidemic_misfit_grad(rates, infected, data, dt, epidemic_misfit_bar=1.0):
    """Gradient of `epidemic_misfit` with respect to rates, infected."""
    infection, recovery = rates
    susceptible = 1.0 - infected
    infected_saved = []
    susceptible_saved = []
    infected_2 = infected
    for _ in data:
        infected_saved.append(infected_2)
        susceptible_saved.append(susceptible)
        new = dt * infection * susceptible * infected_2
        healed = dt * recovery * infected_2
        susceptible = susceptible - new
        infected_2 = infected_2 + new - healed

    infected_bar, susceptible_bar, recovery_bar, infection_bar = 0.0, 0.0, 0.0, 0.0
    for observed in reversed(data):
        susceptible = susceptible_saved.pop()
        infected_2 = infected_saved.pop()
        new = dt * infection
        new_2 = new * susceptible
        new_3 = new_2 * infected_2
        healed = dt * recovery
        healed_2 = healed * infected_2
        infected_3 = infected_2 + new_3 - healed_2
        t = infected_3 - observed
        # misfit += (infected - observed) ** 2
        infected_bar = infected_bar + epidemic_misfit_bar * (2 * t)
        # infected = infected + new - healed
        healed_bar = -infected_bar
        # susceptible = susceptible - new
        new_bar = infected_bar + -susceptible_bar
        # healed = dt * recovery * infected
        infected_bar = infected_bar + healed * healed_bar
        recovery_bar = recovery_bar + dt * (healed_bar * infected_2)
        # new = dt * infection * susceptible * infected
        new_bar_2 = new_bar * infected_2
        infected_bar = infected_bar + new_2 * new_bar
        susceptible_bar = susceptible_bar + new * new_bar_2
        infection_bar = infection_bar + dt * (new_bar_2 * susceptible)
    # susceptible = 1.0 - infected
    infected_bar = infected_bar + -susceptible_bar
    # infection, recovery = rates
    rates_bar = infection_bar, recovery_bar
    rates_bar = as_gradient(rates_bar, rates)
    infected_bar = as_gradient(infected_bar, infected)
    return rates_bar, infected_bar
