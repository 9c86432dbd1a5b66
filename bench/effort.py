"""How much is measured: all of it for figures, or just enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """rounds: each figure is the median of so many."""

    rounds: int = 3
    is_quick: bool = False

    def seconds(self, full: int) -> int:
        """How long a load runs."""
        return min(full, 2) if self.is_quick else full

    def count(self, full: int) -> int:
        """How many times something is done."""
        return max(1, full // 10) if self.is_quick else full
