"""Problems with known gradients: every one is right, or refused in words; none is wrong."""
