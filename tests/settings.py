"""The product's settings in a test's surroundings: an own data folder, fast passwords, no manifest of static files."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

# Each process (xdist starts several) has its own folder; tests/conftest.py makes and removes it.
DATA = Path(tempfile.gettempdir()) / f"tusen-tests-{os.getpid()}"
os.environ |= {"SECRET_KEY": "only-for-tests", "DEMO": "1", "TUSEN_DATA": str(DATA)}
os.environ.setdefault("DATABASE_URL", f"sqlite:///{DATA / 'tusen.sqlite3'}")
if os.environ.get("CELERY_BROKER_URL", "").startswith("redis://"):
    # One of Redis' sixteen databases for each xdist worker. Celery itself looks at the variable before the settings.
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    server = urlsplit(os.environ["CELERY_BROKER_URL"])
    os.environ["CELERY_BROKER_URL"] = server._replace(path=f"/{number}").geturl()

from crm.settings import *  # noqa: E402, F403
from crm.settings import DATABASES, STORAGES  # noqa: E402

# A file also on SQLite: a live server, a worker process and threads have connections of their own, as in the product.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
