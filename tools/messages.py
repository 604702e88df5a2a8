"""Collects every text to translate and compiles the translations: `make messages`.

Each app keeps its own catalogue; whatever lies outside the apps (site, kernel, engines, policy, evidence) goes to the
site's. Needs the gettext programs.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src/xuezheng"
LANGUAGE = "zh_Hans"


def main() -> None:
    """Collect, then compile unless told not to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--collect-only", action="store_true", help="leave the compiled files alone"
    )
    collect_only: bool = parser.parse_args().collect_only

    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(USE_I18N=True, LOCALE_PATHS=[str(PACKAGE / "site/locale")])
    django.setup()
    os.chdir(PACKAGE)
    for folder in (PACKAGE / "site", *(app.parent for app in PACKAGE.glob("apps/*/apps.py"))):
        (folder / "locale").mkdir(exist_ok=True)
    options = {"no_location": True, "no_obsolete": True, "no_wrap": True, "verbosity": 0}
    call_command("makemessages", locale=[LANGUAGE], ignore_patterns=["static/*"], **options)
    if not collect_only:
        call_command("compilemessages", locale=[LANGUAGE], verbosity=0)


if __name__ == "__main__":
    main()
