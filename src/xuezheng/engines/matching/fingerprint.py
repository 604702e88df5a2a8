"""The hash by which a problem is known, whatever the order of its entries."""

from dataclasses import replace

from xuezheng.engines.matching.model import Problem
from xuezheng.kernel.canonical import canonical_hash


def problem_hash(problem: Problem) -> str:
    """Give the SHA-256 of the canonical JSON of a problem, draw numbers included.

    Applicants, schools and divisions are put in the order of their identifiers first; the order of choices, pools,
    tiers and keys means something and stays.
    """
    ordered = replace(
        problem,
        applicants=tuple(sorted(problem.applicants, key=lambda one: one.id)),
        schools=tuple(sorted(problem.schools, key=lambda one: one.id)),
        divisions=tuple(sorted(problem.divisions, key=lambda one: one.id)),
    )
    return canonical_hash(ordered)
