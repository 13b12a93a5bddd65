"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from gongzhi.running import production

if production.asked_for():  # also where another server than `gongzhi up` loads it
    production.refuse(os.environ)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.settings")
application = get_wsgi_application()
