"""The generated pages of `docs/reference`: which there are, and the writers that belong to no lower layer."""

from xuezheng.site.reference.pages import PAGES, pages

__all__ = ["PAGES", "pages"]
