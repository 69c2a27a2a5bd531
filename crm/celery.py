"""Celery: messages only wake workers; what has to be done stands in the database (docs/decisions)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

app = Celery("tusen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
