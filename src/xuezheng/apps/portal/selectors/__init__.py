"""Reading across the apps below for the front page, the home of a role and the search."""

from xuezheng.apps.portal.selectors.frame import city, current_snapshot, scope_words
from xuezheng.apps.portal.selectors.search import Found, find

__all__ = ["Found", "city", "current_snapshot", "find", "scope_words"]
