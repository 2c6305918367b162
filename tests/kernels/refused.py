"""The kernels that s2s refuses today, each with words of the refusal."""

WRITES = "cannot differentiate this in-place update"

REFUSED: dict[str, str] = {
}
