"""Refuse a problem that contradicts itself, naming every entry that is wrong.

A document that can be read may still ask for what makes no sense: a school that is not there, a tier named twice, a
draw without numbers. All of it is found before anything is computed, and listed together up to a limit, so that a
clerk mends a file once.
"""

from collections.abc import Iterator
from itertools import islice

from xuezheng.engines.matching.model import Problem
from xuezheng.engines.matching.validation.applicants import applicant_faults
from xuezheng.engines.matching.validation.book import Book
from xuezheng.engines.matching.validation.faults import LIMIT, Fault, ProblemInvalid
from xuezheng.engines.matching.validation.rules import rule_faults
from xuezheng.engines.matching.validation.schools import school_faults


def validate(
    problem: Problem, *, source: str = "", limit: int = LIMIT, before_draw: bool = False
) -> None:
    """Refuse a problem that has faults.

    Args:
        problem: As it was read.
        source: The file or whatever it came from, for the message; by default its identifier.
        limit: How many faults the message lists.
        before_draw: Whether draw numbers are still to come, so that a missing one is no fault.

    Raises:
        ProblemInvalid: Listing the faults, each with its entry, field and remedy.
    """
    found = (
        fault for fault in _faults(problem) if not (before_draw and fault.code == "missing_number")
    )
    error = ProblemInvalid.of(found, source=source or problem.id, limit=limit)
    if error is not None:
        raise error


def faults_of(problem: Problem, *, limit: int = LIMIT) -> tuple[Fault, ...]:
    """Give the faults of a problem, at most `limit`, in the order rules, schools, applicants."""
    return tuple(islice(_faults(problem), limit))


def _faults(problem: Problem) -> Iterator[Fault]:
    book = Book.of(problem)
    yield from rule_faults(problem, book)
    yield from school_faults(problem)
    yield from applicant_faults(problem, book)
