"""How well an institution is off beside what is aimed at: one latent level a school, varied by kind of resource."""

import numpy as np

from xuezheng.site.city.assumptions import Assumptions
from xuezheng.site.city.register import Register
from xuezheng.site.city.streams import generator
from xuezheng.site.city.tables import Array


def resource_factors(
    register: Register, assumptions: Assumptions, seed: str, resource: str
) -> Array:
    """Give the factor by which each institution has more or less of a resource than is aimed at."""
    block = assumptions["resources"]
    level = generator(seed, "resources").normal(0, 1, len(register.sketches))
    own = generator(seed, "resources", resource).normal(0, 1, len(register.sketches))
    return np.exp(
        level * float(block["spread_of_schools"]) + own * float(block["spread_of_resources"])
    )
