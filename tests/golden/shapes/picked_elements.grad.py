import numpy as np


def determinant_by_hand_grad(m, determinant_by_hand_bar=1.0):
    """Gradient of `determinant_by_hand` with respect to m."""
    t = m[0, 0]
    t2 = m[1, 1]
    det = t * t2
    t3 = m[0, 1]
    t4 = m[1, 0]
    det = det - t3 * t4
    block = m[1:, 1:]

    # return det * det + block[0, 0] + m[-1, -1] * np.sum(m[:, 0])
    t_bar = determinant_by_hand_bar * np.sum(m[:, 0])
    m_bar = np.zeros_like(m)
    m_bar[:, 0] = m[-1, -1] * determinant_by_hand_bar
    m_bar[-1, -1] += t_bar
    block_bar = np.zeros_like(block)
    block_bar[0, 0] = determinant_by_hand_bar
    det_bar = 2 * determinant_by_hand_bar * det
    # block = m[1:, 1:]
    m_bar[1:, 1:] += block_bar
    # det = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
    m_bar[1, 0] -= t3 * det_bar
    m_bar[0, 1] -= det_bar * t4
    t_bar = det_bar * t2
    m_bar[1, 1] += t * det_bar
    m_bar[0, 0] += t_bar
    return m_bar
