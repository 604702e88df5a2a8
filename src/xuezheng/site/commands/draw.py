"""`xuezheng draw`: lots that nobody can steer and anybody can repeat; works on files, needs no database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

import typer

from xuezheng.site.draw_files import read_bytes, read_leaves, rows_of, write_new

if TYPE_CHECKING:
    from xuezheng.engines.draw import (
        Commitment,
        Committed,
        Contribution,
        Entry,
        Explanation,
    )

app = typer.Typer(no_args_is_help=True, add_completion=False)

Item = TypeVar("Item")
_REPORT_EVERY = 2000

CommitmentFile = Annotated[Path, typer.Argument(help="The commitment, as `draw commit` wrote it.")]
EntriesFile = Annotated[
    Path, typer.Argument(help="The entries: CSV, JSON or JSON Lines with id, unit, weight.")
]
ResultFile = Annotated[Path, typer.Argument(help="The result, as `draw reveal` wrote it.")]
EntryId = Annotated[str, typer.Option("--entry", help="The identifier of the entry.")]
At = Annotated[
    str, typer.Option("--at", help="The moment, as 2023-07-01T09:00:00+08:00; by default now.")
]
Announced = Annotated[
    str, typer.Option(help="The hash of the commitment as it was announced; compared if given.")
]
LeavesFile = Annotated[
    Path | None,
    typer.Option(
        "--leaves",
        help="The file of leaves; by default beside the commitment, named FILE.leaves.csv.",
    ),
]


@app.command()
def seal(
    *,
    draw: Annotated[str, typer.Option(help="Identifier of the draw.")],
    party: Annotated[str, typer.Option(help="Who seals.")],
    out: Annotated[Path, typer.Option(help="The file of the secret, kept until the reveal.")],
    value: Annotated[str, typer.Option(help="The value; by default 64 random digits.")] = "",
) -> None:
    """Seal one party's contribution: keeps value and nonce in a file, prints what to hand in."""
    import secrets

    from xuezheng.engines.draw import seal as seal_value

    secret = {
        "draw": draw,
        "party": party,
        "value": value or secrets.token_hex(32),
        "nonce": secrets.token_hex(32),
    }
    commitment = seal_value(**secret)
    write_new(out, (json.dumps(secret, ensure_ascii=False, indent=1) + "\n").encode())
    out.chmod(0o600)
    source = {"kind": "sealed", "party": party, "commitment": commitment}
    typer.echo(json.dumps(source, ensure_ascii=False))
    typer.echo(
        f"Hand in the line above. Keep {out} secret until the commitment is published.", err=True
    )


@app.command()
def commit(
    entries: EntriesFile,
    *,
    notice: Annotated[Path, typer.Option(help="Rules, seats and sources of the draw, in JSON.")],
    out: Annotated[Path, typer.Option(help="The commitment to write.")],
    leaves: LeavesFile = None,
    at: At = "",
) -> None:
    """Fix entries, rules, seats and sources before the seed exists; prints the hash to announce."""
    from xuezheng.engines.draw import Notice, document_bytes, read_document
    from xuezheng.engines.draw import commit as commit_to
    from xuezheng.kernel.canonical import sha256_hex

    stated = read_document(Notice, read_bytes(notice))
    with _progress() as counted:
        committed = commit_to(stated, _entries(entries, counted), at=_moment(at))
    data = document_bytes(committed.commitment)
    write_new(out, data)
    lines = (f"{name},{leaf}\n" for name, leaf in committed.leaves.items())
    write_new(leaves or _leaves_beside(out), _with_header("id,leaf\n", lines))
    found = committed.commitment
    typer.echo(f"Draw:       {found.draw}")
    typer.echo(f"Entries:    {found.entries:,} in {found.lots:,} lots")
    typer.echo(f"Root:       {found.root}")
    typer.echo(f"Commitment: {sha256_hex(data)}")
    typer.echo(f"Publish {out}, {entries} and the line Commitment before any value is revealed.")


@app.command()
def reveal(
    commitment: CommitmentFile,
    entries: EntriesFile,
    contributions: Annotated[
        list[Path], typer.Argument(help="Contributions in JSON: sealed secrets, public values.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="The result to write.")],
    order: Annotated[Path, typer.Option(help="The list of places to write, a CSV file.")],
    leaves: LeavesFile = None,
    announced: Announced = "",
    at: At = "",
) -> None:
    """Open the contributions, make the seed and draw."""
    from xuezheng.engines.draw import document_bytes, order_lines
    from xuezheng.engines.draw import reveal as reveal_draw

    standing = _commitment(commitment, announced)
    given: list[Contribution] = []
    for file in contributions:
        given += _contributions(file, at)
    kept = leaves or _leaves_beside(commitment)
    with _progress() as counted:
        drawn = reveal_draw(
            standing,
            _entries(entries, counted),
            given,
            leaves=read_leaves(kept) if leaves or kept.exists() else None,
        )
        write_new(out, document_bytes(drawn.draw))
        write_new(order, counted(order_lines(drawn.order), "Writing places"))
    typer.echo(f"Seed:  {drawn.draw.seed}")
    typer.echo(f"Drawn: {drawn.order.lots:,} lots of {len(drawn.order.entries):,} entries")
    typer.echo(f"Publish {out} and {order}. Anybody can repeat the draw: xuezheng draw check")


@app.command()
def number(result: ResultFile, entries: EntriesFile, *, entry: EntryId) -> None:
    """Show the number of one entry, its place, and how both follow from the seed."""
    from xuezheng.engines.draw import Draw, explain_place, order_of, read_document, recommitted

    draw = read_document(Draw, read_bytes(result))
    with _progress() as counted:
        committed = recommitted(draw.commitment, _entries(entries, counted))
        order = order_of(draw.seed, committed.entries, draw.commitment.rules)
    _print_place(explain_place(order, draw.commitment.rules, entry), draw.seed)


@app.command()
def prove(
    commitment: CommitmentFile,
    entries: EntriesFile,
    *,
    entry: EntryId,
    out: Annotated[Path, typer.Option(help="The proof to write.")],
) -> None:
    """Prove that one entry is in the committed list; the proof is checked without the list."""
    from xuezheng.engines.draw import document_bytes
    from xuezheng.engines.draw import prove as prove_entry

    proof = prove_entry(_recommitted(commitment, entries), entry)
    write_new(out, document_bytes(proof))
    typer.echo(f"Wrote {out}: leaf {proof.index:,} of {proof.size:,}, {len(proof.path)} hashes.")


@app.command("check-proof")
def check_proof(
    commitment: CommitmentFile,
    proof: Annotated[Path, typer.Argument(help="The proof, as `draw prove` wrote it.")],
    *,
    announced: Announced = "",
) -> None:
    """Check the proof of one entry against the commitment; needs nothing else."""
    from xuezheng.engines.draw import Proof, read_document, verify_proof

    found = read_document(Proof, read_bytes(proof))
    verify_proof(_commitment(commitment, announced), found)
    typer.echo(f"OK: entry {found.entry.id} is in the committed list.")
    unit = found.entry.unit or "none"
    typer.echo(f"    unit {unit}, weight {found.entry.weight}, facts {dict(found.entry.facts)}")


@app.command()
def check(
    result: ResultFile,
    entries: EntriesFile,
    *,
    order: Annotated[
        Path | None, typer.Option(help="The published list of places; compared if given.")
    ] = None,
    announced: Announced = "",
) -> None:
    """Repeat a whole draw from its published files and name the first difference; ends with 1 if there is one."""
    from xuezheng.engines.draw import Draw, check_draw, read_document

    data = read_bytes(result)
    read_document(Draw, data)
    with _progress() as counted:
        report = check_draw(
            json.loads(data),
            counted(rows_of(entries), "Reading entries"),
            places=counted(rows_of(order), "Comparing places") if order else None,
            announced=announced,
        )
    for step in report.confirmed:
        typer.echo(f"OK     {step}")
    if report.difference is None:
        typer.echo("The draw is as published.")
        return
    found = report.difference
    typer.echo(f"DIFFER {found.step}: {found.subject}")
    typer.echo(f"       expected {found.expected}")
    typer.echo(f"       found    {found.found}")
    raise typer.Exit(code=1)


def _entries(path: Path, counted: _Counted) -> Iterator[Entry]:
    from xuezheng.engines.draw import entries_from_rows

    return entries_from_rows(counted(rows_of(path), "Reading entries"))


def _recommitted(commitment: Path, entries: Path) -> Committed:
    from xuezheng.engines.draw import recommitted

    standing = _commitment(commitment, "")
    beside = _leaves_beside(commitment)
    leaves = read_leaves(beside) if beside.exists() else None
    with _progress() as counted:
        return recommitted(standing, _entries(entries, counted), leaves=leaves)


def _commitment(path: Path, announced: str) -> Commitment:
    from xuezheng.engines.draw import Commitment, check_announced, read_document

    found = read_document(Commitment, read_bytes(path))
    if announced:
        check_announced(found, announced)
    return found


def _contributions(path: Path, at: str) -> list[Contribution]:
    from xuezheng.engines.draw import read_contributions

    return read_contributions(read_bytes(path), revealed_at=_moment(at), source=path.name)


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a moment.", param_hint="--at") from None
    if found.tzinfo is None:
        raise typer.BadParameter(f"{text} has no time zone, such as +08:00.", param_hint="--at")
    return found


def _leaves_beside(commitment: Path) -> Path:
    return commitment.with_name(f"{commitment.name}.leaves.csv")


def _with_header(header: str, lines: Iterable[str]) -> Iterator[str]:
    yield header
    yield from lines


def _print_place(found: Explanation, seed: str) -> None:
    first = "smallest" if found.number_first == "low" else "largest"
    typer.echo(f"Entry:  {found.entry}")
    if found.members != (found.entry,):
        typer.echo(f"Unit:   {found.lot}, drawn as one: {', '.join(found.members)}")
    typer.echo(f"Number: {found.number:064x}")
    typer.echo(f"        = HMAC-SHA256(seed {seed}, {found.lot})")
    if found.key is not None:
        typer.echo(f"Weight: {found.weight}, which makes the key {found.key} (smallest first)")
    typer.echo(f"Place:  {found.place:,} of {found.lots:,} lots, the {first} number first")
    typer.echo(f"Before: {found.entries_before:,} of {found.entries:,} entries")


class _Counted(Protocol):
    """Shows how many rows went by."""

    def __call__(self, rows: Iterable[Item], text: str, /) -> Iterator[Item]: ...


@contextmanager
def _progress() -> Iterator[_Counted]:
    """Show a bar on standard error for each list that is gone through, and that work goes on between them."""
    import gc

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(*columns, transient=True, console=console, disable=hidden) as bar:

        def counted(rows: Iterable[Item], text: str, /) -> Iterator[Item]:
            task, done = bar.add_task(text, total=None), 0
            for done, row in enumerate(rows, start=1):
                if done % _REPORT_EVERY == 0:
                    bar.update(task, completed=done)
                yield row
            bar.update(task, completed=done, total=done)
            bar.add_task("Hashing", total=None)

        gc.disable()  # a million entries hold no cycles, and looking for them costs a third of the time
        try:
            yield counted
        finally:
            gc.enable()
