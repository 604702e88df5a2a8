"""The generated page of roles."""

from pathlib import Path

from xuezheng.apps.accounts.reference import roles_page


def test_the_page_of_roles_is_up_to_date() -> None:
    """`docs/reference/roles.md` says what the tables say."""
    page = Path(__file__).parents[2] / "docs/reference/roles.md"

    assert roles_page() == page.read_text(encoding="utf-8")
