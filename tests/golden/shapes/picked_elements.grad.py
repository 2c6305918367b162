import numpy as np
from s2s.runtime import add_at, spread_to


def determinant_by_hand_grad(m, determinant_by_hand_bar=1.0):
    """Gradient of `determinant_by_hand` with respect to m."""
    t = m[0, 0]
    t2 = m[1, 1]
    det = t * t2
    t3 = m[0, 1]
    t4 = m[1, 0]
    det = det - t3 * t4
    block = m[1:, 1:]
    t5 = m[-1, -1]
    t6 = m[:, 0]
    t7 = np.sum(t6)

    # return det * det + block[0, 0] + m[-1, -1] * np.sum(m[:, 0])
    m_bar = np.zeros_like(m)
    add_at(
        m_bar, (slice(None, None, None), 0), spread_to(t5 * determinant_by_hand_bar, t6)
    )
    add_at(m_bar, (-1, -1), determinant_by_hand_bar * t7)
    block_bar = np.zeros_like(block)
    add_at(block_bar, (0, 0), determinant_by_hand_bar)
    det_bar = 2 * determinant_by_hand_bar * det
    # block = m[1:, 1:]
    add_at(m_bar, (slice(1, None, None), slice(1, None, None)), block_bar)
    # det = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
    t_bar = -det_bar
    add_at(m_bar, (1, 0), t3 * t_bar)
    add_at(m_bar, (0, 1), t_bar * t4)
    add_at(m_bar, (1, 1), t * det_bar)
    add_at(m_bar, (0, 0), det_bar * t2)
    return m_bar
