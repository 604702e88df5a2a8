"""The WSGI application that a web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from xuezheng.site.warm import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xuezheng.site.settings")
application = get_wsgi_application()
warm_up()
