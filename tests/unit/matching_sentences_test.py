"""Whatever the checker finds and a certificate says can be said in a sentence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from xuezheng.engines.matching.certificates.certificate import (
    CHANGES,
    REASONS,
    Change,
    ChangeKind,
    Line,
    Reason,
)
from xuezheng.engines.matching.certificates.check import UNTRUE, CertificateFault, Untrue
from xuezheng.engines.matching.checking.claims import Refusal
from xuezheng.engines.matching.checking.report import (
    REFUSALS,
    SENTENCES,
    STATEMENTS,
    Finding,
    Property,
    PropertyReport,
    Report,
    ResultNotPublishable,
    Verdict,
    Why,
    publishable,
    require_publishable,
)
from xuezheng.engines.matching.waiting.model import Status
from xuezheng.engines.matching.waiting.solve import STATUS


@pytest.mark.parametrize("why", Why)
def test_every_finding_is_a_sentence(why: Why) -> None:
    """No place of a sentence is left open, and the person or the pool it is about stands in it."""
    finding = Finding(
        why=why, applicant="p1", other="p2", school="s1", pool="s1/x", filing="f", found="7"
    )

    assert {"p1", "s1/x", "7"} & set(
        str(finding.phrase()).replace("'", " ").replace(",", "").split()
    ) or ("(7)" in str(finding.phrase()))


@pytest.mark.parametrize("name", Property)
def test_every_property_has_a_statement(name: Property) -> None:
    """A property says in one sentence what it promises."""
    report = PropertyReport(property=name, verdict=Verdict.PASS)

    assert str(report.statement()).endswith(".")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_a_sentence(reason: Reason) -> None:
    """A line of a certificate says what came of the pool or the school."""
    line = Line(choice=1, school="s1", pool="s1/x", reason=reason)

    assert "s1" in str(line.phrase())


@pytest.mark.parametrize("kind", ChangeKind)
@pytest.mark.parametrize("beyond", [False, True])
def test_every_change_is_a_sentence(kind: ChangeKind, beyond: bool) -> None:
    """A change names what would have to be otherwise; passing a value reads differently from reaching it."""
    change = Change(kind=kind, choice=2, groups=("g",), tier="t", key="k", number=5, beyond=beyond)
    wanted = {"choice": "choice 2", "step": "g", "tier": "tier t", "key": "k", "number": "before 5"}

    assert wanted[kind.value] in str(change.phrase())
    assert ("better than" in str(change.phrase())) is (beyond and kind is ChangeKind.KEY)


@pytest.mark.parametrize("beyond", [False, True])
def test_a_change_without_an_own_value_says_so(beyond: bool) -> None:
    """Where the application gives no value there is no distance to name."""
    change = Change(kind=ChangeKind.KEY, key="k", value=Decimal(5), beyond=beyond)

    assert str(change.phrase()).endswith("held; the application gives no value.")
    assert " (2 away" in str(replace(change, by=Decimal(2)).phrase())


@pytest.mark.parametrize("refusal", Refusal)
def test_a_refusal_is_told_in_words(refusal: Refusal) -> None:
    """Not by the code that the checker gives it."""
    finding = Finding(why=Why.MAY_NOT, applicant="p", pool="x", found=refusal)

    assert str(finding.phrase()).startswith("p is in x and may not be taken there: the ")
    assert "_" not in str(finding.phrase())


def test_no_sentence_is_without_use() -> None:
    """Tables of sentences hold one for each code."""
    assert set(SENTENCES) == set(Why)
    assert set(REFUSALS) == set(Refusal)
    assert set(STATUS) == set(Status)
    assert set(STATEMENTS) == set(Property)
    assert set(REASONS) == set(Reason)
    assert set(UNTRUE) == set(Untrue)
    assert set(CHANGES) == {
        *ChangeKind,
        "key_beyond",
        "key_unknown",
        "key_beyond_unknown",
    }
    assert "s1/x" in str(CertificateFault(why=Untrue.WAS_DUE, pool="s1/x").phrase())


def test_only_a_failing_report_is_kept_back() -> None:
    """What is not applicable keeps nothing back; one failing property does, with its name."""
    sound = [PropertyReport(property=name, verdict=Verdict.NOT_APPLICABLE) for name in Property]
    failing = PropertyReport(
        property=Property.NO_WASTE, verdict=Verdict.FAIL, findings=(Finding(why=Why.SEAT_OPEN),)
    )

    assert publishable(Report(properties=tuple(sound)))
    with pytest.raises(ResultNotPublishable, match="fails no_waste"):
        require_publishable(Report(properties=(*sound, failing)))
