"""What a web server's process loads once, before the first visitor, and then leaves out of the garbage collection."""

import gc
from pathlib import Path

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.urls import get_resolver

_OWN_APPS = "xuezheng"


def warm_up() -> None:
    """Load addresses, views and own templates, then freeze everything that is loaded.

    Addresses, views, models and compiled templates are some 270,000 objects that live as long as the process. A full
    collection walks through all of them, for a third of a second, and falls on some visitor's page, since the pages of
    the board make enough objects to start one. `gc.freeze` takes them out; what pages make later is collected as ever.
    """
    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    if not settings.DEBUG:
        _compile_templates()
    gc.freeze()


def _compile_templates() -> None:
    for folder in (Path(each) for each in get_app_template_dirs("templates")):
        if _OWN_APPS not in folder.parts:
            continue
        for file in folder.rglob("*.html"):
            try:
                get_template(str(file.relative_to(folder)))
            except (TemplateDoesNotExist, TemplateSyntaxError):
                # It says so when its page is opened; the other pages need not wait for that.
                continue
