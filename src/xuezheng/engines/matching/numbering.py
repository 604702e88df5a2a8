"""The way between a problem and a draw: what is drawn for, what the draw fixes, and the numbers back again.

Before the draw, every application is fixed by a hash that its entry carries, and the whole problem by one that the
notice carries: a list that is changed once the numbers are known no longer agrees with the commitment.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from xuezheng.engines.matching.fingerprint import problem_hash
from xuezheng.engines.matching.model import Applicant, Problem, Result, Siblings
from xuezheng.kernel.canonical import canonical_hash
from xuezheng.kernel.errors import InputError, Phrase, gettext_noop

APPLICATION = "application"
"""The fact of an entry that fixes its application."""
PROBLEM = "problem"
"""The document of a draw's rules that fixes the whole problem."""


class NumbersForeign(InputError):
    """The numbers of a draw do not belong to the problem."""

    code = "matching.numbers_foreign"
    template = gettext_noop("The numbers cannot be taken over: applicant %(applicant)s %(why)s.")
    remedy = gettext_noop("Use the problem that the entries of the draw were made from.")


class DirectionForeign(InputError):
    """The draw and the problem turn numbers different ways."""

    code = "matching.direction_foreign"
    template = gettext_noop(
        "In the draw the %(drawn)s number stands first, by the rules of the problem the %(ruled)s one."
    )
    remedy = gettext_noop("Set number_first to the same in both before the draw is committed.")


class ResultForeign(InputError):
    """A result was made from another problem."""

    code = "matching.result_foreign"
    template = gettext_noop("The result is that of the problem %(told)s; this one is %(found)s.")
    remedy = gettext_noop("Use problem and result that belong together, or run the problem again.")


def refuse_foreign_result(problem: Problem, result: Result) -> None:
    """Let a result pass that names the problem.

    Raises:
        ResultForeign: With both hashes.
    """
    found = problem_hash(problem)
    if result.problem_hash != found:
        raise ResultForeign(told=result.problem_hash, found=found)


def application_hash(applicant: Applicant) -> str:
    """Give the SHA-256 of one application, whatever its draw number."""
    return canonical_hash(replace(applicant, number=None))


def unnumbered_hash(problem: Problem) -> str:
    """Give the SHA-256 of a problem as it is before the draw."""
    return problem_hash(without_numbers(problem))


def without_numbers(problem: Problem) -> Problem:
    """Take seed and draw numbers away."""
    bare = tuple(replace(applicant, number=None) for applicant in problem.applicants)
    return replace(problem, seed="", applicants=bare)


def draw_entries(problem: Problem) -> Iterator[dict[str, str]]:
    """Give the entries of the draw, by identifier: `id`, `unit` and the hash of the application."""
    together = problem.rules.siblings is Siblings.TOGETHER
    for applicant in sorted(problem.applicants, key=lambda one: one.id):
        yield {
            "id": applicant.id,
            "unit": applicant.unit if together else "",
            APPLICATION: application_hash(applicant),
        }


def with_numbers(
    problem: Problem, numbers: Mapping[str, int], *, seed: str = "", number_first: str = ""
) -> Problem:
    """Put the numbers of a draw into a problem.

    Args:
        problem: With or without numbers; the old ones go.
        numbers: The number of each applicant by identifier.
        seed: The seed of the draw, for the record.
        number_first: Which numbers stand first in the draw, `low` or `high`; compared if given.

    Raises:
        DirectionForeign: If the rules of the problem say otherwise.
        NumbersForeign: Naming the first applicant who has no number, or the first number of nobody.
    """
    ruled = problem.rules.number_first.value
    if number_first not in ("", ruled):
        raise DirectionForeign(
            drawn=Phrase(_FIRST.get(number_first, number_first)), ruled=Phrase(_FIRST[ruled])
        )
    known = {applicant.id for applicant in problem.applicants}
    for name in sorted(known - numbers.keys()):
        raise NumbersForeign(applicant=name, why=Phrase(gettext_noop("is not in the draw")))
    for name in sorted(numbers.keys() - known):
        raise NumbersForeign(applicant=name, why=Phrase(gettext_noop("is not in the problem")))
    numbered = tuple(replace(one, number=numbers[one.id]) for one in problem.applicants)
    return replace(problem, seed=seed, applicants=numbered)


def number_differences(
    problem: Problem, numbers: Mapping[str, int], facts: Iterable[tuple[str, Mapping[str, str]]]
) -> Iterator[Phrase]:
    """Name every applicant whose number, or application where the entry fixes it, is not that of the draw.

    Args:
        problem: With its numbers.
        numbers: The numbers of the draw.
        facts: The facts of each entry, by identifier.
    """
    for applicant in problem.applicants:
        drawn = numbers.get(applicant.id)
        if applicant.number is not None and drawn is None:
            yield Phrase(_NOT_DRAWN, applicant=applicant.id)
        elif drawn is not None and applicant.number != drawn:
            yield Phrase(_OTHER_NUMBER, applicant=applicant.id)
    people = {applicant.id: applicant for applicant in problem.applicants}
    for name, fixed in facts:
        if name not in people:
            yield Phrase(_NOT_THERE, applicant=name)
        elif APPLICATION in fixed and fixed[APPLICATION] != application_hash(people[name]):
            yield Phrase(_OTHER_APPLICATION, applicant=name)


_FIRST = {"low": gettext_noop("lowest"), "high": gettext_noop("highest")}
_NOT_DRAWN = gettext_noop("applicant %(applicant)s has a number and is not in the draw")
_OTHER_NUMBER = gettext_noop("applicant %(applicant)s has not the number of the draw")
_NOT_THERE = gettext_noop("applicant %(applicant)s of the draw is not in the problem")
_OTHER_APPLICATION = gettext_noop(
    "the application of %(applicant)s is not the one that the draw was committed to"
)
