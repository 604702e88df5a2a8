"""The commands of `xuezheng assign` that give reasons: the certificate of one applicant, and its check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from xuezheng.engines.matching.certificates.certificate import Certificate
    from xuezheng.engines.matching.model import Cutoff

ResultFile = Annotated[
    Path, typer.Argument(help="The result, as `assign run` wrote it.", exists=True, dir_okay=False)
]


def explain(
    problem: Annotated[
        Path, typer.Argument(help="The problem, in JSON.", exists=True, dir_okay=False)
    ],
    result: ResultFile,
    *,
    applicant: Annotated[str, typer.Option(help="The identifier of the applicant.")],
    out: Annotated[
        Path | None,
        typer.Option(help="Write the certificate too, in JSON; it checks alone.", dir_okay=False),
    ] = None,
) -> None:
    """Say why one applicant is where they are: school by school, the cut-off and what would have been enough."""
    from xuezheng.engines.matching.documents.document import (
        document_bytes,
        read_problem,
        read_result,
    )
    from xuezheng.engines.matching.explain import explain as certificate_of
    from xuezheng.engines.matching.numbering import refuse_foreign_result
    from xuezheng.engines.matching.validation.problem import validate
    from xuezheng.site.stages import stages
    from xuezheng.site.whole_files import write_whole

    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {out.parent}.", param_hint="--out")
    with stages(2) as begin:
        begin("Reading")
        found = read_problem(problem.read_bytes(), source=problem.name)
        validate(found, source=problem.name)
        told = read_result(result.read_bytes(), source=result.name)
        refuse_foreign_result(found, told)
        begin("Looking for the reasons")
        certificate = certificate_of(found, told, applicant)
    for sentence in _sentences(certificate):
        typer.echo(sentence)
    if out is not None:
        write_whole(out, document_bytes(certificate))
        typer.echo(f"Wrote {out}.")


def check_certificate(
    certificate: Annotated[
        Path,
        typer.Argument(
            help="The certificate, as `assign explain` wrote it.", exists=True, dir_okay=False
        ),
    ],
    result: ResultFile,
) -> None:
    """Check a certificate against the published cut-offs alone; ends with 1 if anything in it is not true."""
    from xuezheng.engines.matching.certificates.certificate import Certificate
    from xuezheng.engines.matching.certificates.check import check_certificate as faults_of
    from xuezheng.engines.matching.documents.document import read_document, read_result
    from xuezheng.engines.matching.explain import by_pool

    found: Certificate = read_document(
        Certificate, certificate.read_bytes(), source=certificate.name
    )
    told = read_result(result.read_bytes(), source=result.name)
    faults = [str(fault.phrase()) for fault in faults_of(found, by_pool(told.cutoffs))]
    if found.problem_hash != told.problem_hash:
        faults.insert(0, "it is of another problem than the result")
    if found.place not in told.assignments:
        faults.insert(0, "its place is not that of the result")
    for fault in faults:
        typer.echo(f"WRONG  {found.applicant}: {fault}")
    if faults:
        raise typer.Exit(code=1)
    typer.echo(f"OK     {found.applicant}: every line follows from the published cut-offs.")


def _sentences(certificate: Certificate) -> Iterator[str]:
    place = certificate.place
    where = {
        "list": f"{place.pool}, choice {place.choice}",
        "placement": f"{place.pool}, given after the main round",
        "manual": f"{place.pool}, given by hand",
    }
    yield f"{certificate.applicant}: {where[place.via.value] if place.school else 'no place'}"
    for line in certificate.lines:
        filing = f"{line.filing}, " if line.filing else ""
        yield f"{filing}choice {line.choice}, {line.school}: {line.phrase()}"
        if line.step is not None:
            own = _standing(certificate, line.step, line.tier, line.keys, line.number)
            yield f"    stands with: {own}"
        if line.cutoff is not None and line.cutoff.last:
            yield f"    last seat:   {_last(certificate, line.cutoff)}"
        for change in line.changes:
            told = str(change.phrase())
            if change.number is not None:
                told = told.replace(str(change.number), _short(change.number))
            yield f"    - {told}"


def _last(certificate: Certificate, cutoff: Cutoff) -> str:
    return _standing(certificate, cutoff.step, cutoff.tier, cutoff.keys, cutoff.number)


def _standing(
    certificate: Certificate,
    step: int,
    tier: str,
    keys: Sequence[Decimal | None],
    number: int | None,
) -> str:
    """Say a standing part by part, in the order in which it is compared."""
    parts = [f"step {step}"] if step else []
    parts += [f"tier {tier}"] if tier else []
    for key, value in zip(certificate.compared, keys, strict=False):
        parts.append(f"{key.name} {'none' if value is None else format(value, 'f')}")
    parts += [] if number is None else [f"draw number {_short(number)}"]
    return ", ".join(parts) or "nothing that is compared"


def _short(number: int) -> str:
    """Write a draw number; a large one in as many digits as every other, so that they compare by eye."""
    return str(number) if number < 2**53 else f"0x{number:064x}"
