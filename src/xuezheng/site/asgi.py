"""The ASGI application that a web server loads."""

import os

from django.core.asgi import get_asgi_application

from xuezheng.site.warm import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuezheng.site.settings")
application = get_asgi_application()
warm_up()
