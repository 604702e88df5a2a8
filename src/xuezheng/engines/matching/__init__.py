"""Places given out to people: lists, standings, seats in pools, and the mechanisms over them.

`solve` gives the result of a problem. Small problems are solved in plain Python; the compiled kernels are imported only
for rounds of two thousand rows or more.
"""

from xuezheng.engines.matching.fingerprint import problem_hash
from xuezheng.engines.matching.mechanisms.build import ExtraPool, build_round
from xuezheng.engines.matching.mechanisms.outcome import (
    by_identifier,
    read_assignments,
    read_cutoffs,
)
from xuezheng.engines.matching.mechanisms.rounds import Round
from xuezheng.engines.matching.model import Problem, Result, Rules
from xuezheng.engines.matching.solve import ENGINE, ENGINE_VERSION, assign, solve

__all__ = [
    "ENGINE",
    "ENGINE_VERSION",
    "ExtraPool",
    "Problem",
    "Result",
    "Round",
    "Rules",
    "assign",
    "build_round",
    "by_identifier",
    "problem_hash",
    "read_assignments",
    "read_cutoffs",
    "solve",
]
