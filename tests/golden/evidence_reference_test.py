"""The reference page of the indicators is the one that the packs and tables give."""

from pathlib import Path

from django.conf import settings

from xuezheng.evidence import collect_tables
from xuezheng.evidence.reference import indicators_page
from xuezheng.policy import find_pack, load_pack

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "indicators.md"


def test_page_is_up_to_date() -> None:
    """After a change run `xuezheng indicators reference`."""
    page = indicators_page(
        load_pack(find_pack("harbin/2023")), collect_tables(settings.INSTALLED_APPS)
    )
    assert PAGE.read_text(encoding="utf-8") == page
