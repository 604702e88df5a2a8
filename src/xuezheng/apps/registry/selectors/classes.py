"""Which classes are the present ones."""

from django.db.models import Max, QuerySet

from xuezheng.apps.registry.models import SchoolClass


def current_classes() -> QuerySet[SchoolClass]:
    """Classes of the latest school year in the register; those of earlier years are kept for the history of figures."""
    latest = SchoolClass.objects.aggregate(year=Max("school_year"))["year"]
    return SchoolClass.objects.filter(school_year=latest)
