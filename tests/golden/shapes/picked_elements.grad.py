import numpy as np
from s2s.runtime import add_at, as_gradient, spread_to


def determinant_by_hand_grad(m, determinant_by_hand_bar=1.0):
    """Gradient of `determinant_by_hand` with respect to m."""
    index = 0, 0
    t = m[index]
    index2 = 1, 1
    t2 = m[index2]
    det = t * t2
    index3 = 0, 1
    t3 = m[index3]
    index4 = 1, 0
    t4 = m[index4]
    det = det - t3 * t4
    index5 = slice(1, None, None), slice(1, None, None)
    block = m[index5]
    index6 = 0, 0
    index7 = -1, -1
    t5 = m[index7]
    index8 = slice(None, None, None), 0
    t6 = m[index8]
    t7 = np.sum(t6)

    # return det * det + block[0, 0] + m[-1, -1] * np.sum(m[:, 0])
    t_bar = determinant_by_hand_bar * t7
    m_bar = np.zeros_like(m)
    add_at(m_bar, index8, spread_to(t5 * determinant_by_hand_bar, t6))
    add_at(m_bar, index7, t_bar)
    block_bar = np.zeros_like(block)
    add_at(block_bar, index6, determinant_by_hand_bar)
    det_bar = determinant_by_hand_bar * det + det * determinant_by_hand_bar
    # block = m[1:, 1:]
    add_at(m_bar, index5, block_bar)
    # det = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
    t_bar = -det_bar
    t_bar_2 = t_bar * t4
    add_at(m_bar, index4, t3 * t_bar)
    add_at(m_bar, index3, t_bar_2)
    t_bar = det_bar * t2
    add_at(m_bar, index2, t * det_bar)
    add_at(m_bar, index, t_bar)
    m_bar = as_gradient(m_bar, m)
    return m_bar
