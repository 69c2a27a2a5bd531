from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class FrameConfig(AppConfig):
    """The frame itself: no tables, only the door, the templates' processors and commands that run the whole."""

    name = "crm"
    label = "crm"
    default = True


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin behind the product's own door."""

    default = False
    default_site = "crm.administration.AdminSite"
