"""Reports of a week or month: what they hold, how they are published, and the job that makes them."""

import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from xuezheng.apps.accounts.roles import Role
from xuezheng.apps.accounts.services.demonstration import demo_user_for
from xuezheng.apps.plan.models import CommitmentStatus, IndicatorRun, Light, Plan
from xuezheng.apps.plan.reports import write_word, write_workbook
from xuezheng.apps.plan.selectors.current import current_run
from xuezheng.apps.plan.selectors.report import NothingPublished, published_reports, read_report
from xuezheng.apps.plan.services.reporting import make_report, period_of
from xuezheng.apps.record.models import DocumentContent, JobRun, PublishedDocument


def words_of(document: bytes) -> str:
    """The text of a Word file, without its marks."""
    with zipfile.ZipFile(BytesIO(document)) as parts:
        return parts.read("word/document.xml").decode()


def last_day(plan: Plan) -> date:
    """The day of the last figures."""
    run = current_run(plan)
    assert run is not None
    return run.as_of


@pytest.mark.parametrize(
    ("kind", "day", "expected"),
    [
        ("week", date(2023, 9, 30), (date(2023, 9, 25), date(2023, 10, 1))),
        ("week", date(2023, 9, 25), (date(2023, 9, 25), date(2023, 10, 1))),
        ("month", date(2024, 2, 3), (date(2024, 2, 1), date(2024, 2, 29))),
    ],
)
def test_a_period_is_the_week_or_month_of_its_day(
    kind: str, day: date, expected: tuple[date, date]
) -> None:
    """Weeks run from Monday to Sunday, months from the first to the last day."""
    assert period_of(kind, day) == expected


def test_a_report_tells_the_board_of_its_period(demo_city: str) -> None:
    """All commitments, the lights that changed, and what is late or at risk with its divisions."""
    plan = Plan.objects.get()
    since, until = period_of("month", last_day(plan))
    report = read_report(plan, since=since, until=until)

    assert len(report.statuses) == 103
    assert sum(report.counts.values()) == 103
    assert {item.status.light for item in report.attention} <= {Light.LATE, Light.AT_RISK}
    assert len(report.attention) == report.counts[Light.LATE] + report.counts[Light.AT_RISK]


def test_a_report_names_the_lights_that_changed(demo_city: str) -> None:
    """A commitment that was on track before the period and is late at its end stands among the changes."""
    plan = Plan.objects.get()
    run = current_run(plan)
    assert run is not None
    late = CommitmentStatus.objects.filter(run=run, division=None, light=Light.LATE).first()
    assert late is not None
    since, until = period_of("month", run.as_of)
    IndicatorRun.objects.filter(plan=plan, as_of__lt=run.as_of).delete()
    earlier = IndicatorRun.objects.create(
        plan=plan,
        snapshot=run.snapshot,
        run_id="earlier",
        as_of=since - timedelta(days=1),
        engine="duckdb",
        folder="",
        published_at=run.published_at,
    )
    CommitmentStatus.objects.create(
        run=earlier, commitment=late.commitment, light=Light.ON_TRACK, rule="", source=late.source
    )

    [change] = read_report(plan, since=since, until=until).changes

    assert (change.commitment.code, change.before, change.after) == (
        late.commitment.code,
        Light.ON_TRACK,
        Light.LATE,
    )


def test_a_period_before_the_first_figures_is_refused(demo_city: str) -> None:
    """Before anything was published there is nothing to report, and the error says until when."""
    with pytest.raises(NothingPublished, match="2022-01-31"):
        read_report(Plan.objects.get(), since=date(2022, 1, 1), until=date(2022, 1, 31))


def test_word_and_excel_hold_the_figures_in_either_language(demo_city: str) -> None:
    """The files open, name every commitment, and speak the language that was asked for."""
    plan = Plan.objects.get()
    since, until = period_of("week", last_day(plan))
    report = read_report(plan, since=since, until=until)
    with translation.override("en"):
        english, book = words_of(write_word(report)), load_workbook(BytesIO(write_workbook(report)))
    with translation.override("zh-hans"):
        chinese = words_of(write_word(report))

    first = report.statuses[0].commitment
    assert first.title_en.replace("&", "&amp;") in english
    assert first.title_zh in chinese
    assert "{{" not in english
    assert "{%" not in english
    assert [row[0].value for row in book["Board"].iter_rows(min_row=2)] == [
        one.commitment.code for one in report.statuses
    ]
    assert book["Divisions"].max_row == len(report.divisions) + 1
    assert report.run.snapshot.sha256 in {row[1].value for row in book["Source"].iter_rows()}


def test_a_text_never_becomes_a_formula(demo_city: str) -> None:
    """A title that begins like a formula stays text in the workbook."""
    plan = Plan.objects.get()
    status = CommitmentStatus.objects.filter(division=None).select_related("commitment").first()
    assert status is not None
    status.commitment.title_zh = "=1+1"
    status.commitment.save(update_fields=["title_zh"])
    since, until = period_of("week", last_day(plan))
    book = load_workbook(BytesIO(write_workbook(read_report(plan, since=since, until=until))))

    cells = [row[1] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert any("=1+1" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_a_report_is_published_as_four_files(demo_city: str) -> None:
    """Word and Excel in both languages stand in the list together and can be found by their hash."""
    plan = Plan.objects.get()
    documents = make_report(
        by=demo_user_for(Role.PLANNER), plan=plan, kind="month", day=last_day(plan)
    )

    assert {document.file_name.split(".", 1)[1] for document in documents} == {
        "zh.docx",
        "zh.xlsx",
        "en.docx",
        "en.xlsx",
    }
    [report] = published_reports()
    assert {file.document.pk for file in report.files} == {document.pk for document in documents}
    assert DocumentContent.objects.filter(publications__in=documents).count() == 4


def test_the_page_starts_a_job_that_makes_the_report(demo_city: str) -> None:
    """A planner asks for a report, the job runs, and the page lists the files for download."""
    from procrastinate.contrib.django import app

    client = Client()
    planner = demo_user_for(Role.PLANNER)
    assert planner is not None
    client.force_login(planner)
    day = last_day(Plan.objects.get()) - timedelta(days=1)

    answer = client.post("/plan/reports/", {"period": "week", "day": day.isoformat()})
    run = JobRun.objects.get(kind="plan.report")
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    run.refresh_from_db()

    assert answer["Location"] == f"/jobs/{run.pk}/"
    assert (run.state, run.done) == ("done", 4)
    page = client.get("/plan/reports/").content.decode()
    assert all(
        name in page for name in PublishedDocument.objects.values_list("file_name", flat=True)
    )


@pytest.mark.parametrize(("role", "status"), [(Role.PLANNER, 200), (Role.GUARDIAN, 302)])
def test_reports_are_for_staff(demo_city: str, role: Role, status: int) -> None:
    """Whoever may not make reports is led to the public board."""
    client = Client()
    user = demo_user_for(role)
    assert user is not None
    client.force_login(user)

    assert client.get("/plan/reports/").status_code == status
