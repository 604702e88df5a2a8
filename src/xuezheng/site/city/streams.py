"""Random numbers for arrays: one NumPy generator a table and division, each started from the kernel's hash stream.

A generator depends on the seed and its label only, so the order in which parts are made, or the process that makes
them, changes nothing. NumPy promises the same numbers within a version, not across versions: the demonstration city
is repeatable with the versions that the lock file pins, and needs no more, since nobody's right depends on it.
"""

import numpy as np

from xuezheng.kernel.seeded import SeededStream

_WORDS = 4  # 256 bits, as much as PCG64 has state


def generator(seed: str, *label: str) -> np.random.Generator:
    """Start the generator of one part, e.g. ``generator(seed, "staff", "230102")``."""
    stream = SeededStream(seed, "/".join(("city", *label)))
    entropy = [stream.next_word() for _ in range(_WORDS)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
