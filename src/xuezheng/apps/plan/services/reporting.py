"""Making the weekly and monthly reports: Word and Excel in both languages, published by their hash."""

from calendar import monthrange
from datetime import date, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from xuezheng.apps.plan.models import Plan
from xuezheng.apps.plan.reports import write_word, write_workbook
from xuezheng.apps.plan.selectors.report import REPORT_KIND, read_report
from xuezheng.apps.record.documents import publish_document
from xuezheng.apps.record.jobs import Progress
from xuezheng.apps.record.models import PublishedDocument

LANGUAGES = {"zh-hans": "zh", "en": "en"}
FORMATS = (
    ("docx", write_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", write_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
_LAST_WEEKDAY = 6


def period_of(kind: str, day: date) -> tuple[date, date]:
    """The week (Monday to Sunday) or the month that a day lies in, both ends included."""
    if kind == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=_LAST_WEEKDAY)


def make_report(
    *, by: object, plan: Plan, kind: str, day: date, progress: Progress | None = None
) -> list[PublishedDocument]:
    """Write the report of a week or month and publish its four files, all or none.

    Args:
        by: Who asked for it.
        plan: The plan reported on.
        kind: `week` or `month`.
        day: Any day of the period.
        progress: Where to say how far it is.

    Raises:
        NothingPublished: If no figures were published up to the end of the period.
    """
    since, until = period_of(kind, day)
    report = read_report(plan, since=since, until=until)
    documents = []
    with transaction.atomic():
        for language, suffix in LANGUAGES.items():
            for extension, write, media_type in FORMATS:
                with translation.override(language):
                    content = write(report)
                documents.append(
                    publish_document(
                        by=by,
                        kind=REPORT_KIND,
                        title=(_title("zh-hans", since, until), _title("en", since, until)),
                        file_name=f"plan-report-{since:%Y%m%d}-{until:%Y%m%d}.{suffix}.{extension}",
                        media_type=media_type,
                        content=content,
                    )
                )
                if progress is not None:
                    progress.report(done=len(documents), total=len(LANGUAGES) * len(FORMATS))
    return documents


def _title(language: str, since: date, until: date) -> str:
    with translation.override(language):
        return _("Plan progress report, %(since)s to %(until)s") % {
            "since": since.isoformat(),
            "until": until.isoformat(),
        }
