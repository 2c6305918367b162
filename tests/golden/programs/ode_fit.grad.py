


def epidemic_misfit_grad(rates, infected, data, dt, epidemic_misfit_bar=1.0):
    """Gradient of `epidemic_misfit` with respect to rates, infected."""
    infection, recovery = rates
    susceptible = 1.0 - infected
    infected_saved = []
    susceptible_saved = []
    for _ in data:
        infected_saved.append(infected)
        susceptible_saved.append(susceptible)
        new = dt * infection * susceptible * infected
        healed = dt * recovery * infected
        susceptible = susceptible - new
        infected = infected + new - healed

    new = dt * infection
    healed = dt * recovery
    infected_bar, susceptible_bar, recovery_bar, infection_bar = 0.0, 0.0, 0.0, 0.0
    for observed in reversed(data):
        susceptible = susceptible_saved.pop()
        infected = infected_saved.pop()
        new_2 = new * susceptible
        new_3 = new_2 * infected
        healed_2 = healed * infected
        infected_2 = infected + new_3 - healed_2
        # misfit += (infected - observed) ** 2
        infected_bar = (
            infected_bar + epidemic_misfit_bar * (2 * (infected_2 - observed))
        )
        # susceptible = susceptible - new
        new_bar = infected_bar - susceptible_bar
        # healed = dt * recovery * infected
        infected_bar_2 = infected_bar - healed * infected_bar
        recovery_bar = recovery_bar - dt * (infected_bar * infected)
        # new = dt * infection * susceptible * infected
        new_bar_2 = new_bar * infected
        infected_bar = infected_bar_2 + new_2 * new_bar
        susceptible_bar = susceptible_bar + new * new_bar_2
        infection_bar = infection_bar + dt * (new_bar_2 * susceptible)
    # susceptible = 1.0 - infected
    infected_bar = infected_bar - susceptible_bar
    # infection, recovery = rates
    rates_bar = float(infection_bar), float(recovery_bar)
    return rates_bar, float(infected_bar)
