"""The board as files that a meeting reads: Word and Excel, in either language."""

from xuezheng.apps.plan.reports.word import write_word
from xuezheng.apps.plan.reports.workbook import write_workbook

__all__ = ["write_word", "write_workbook"]
