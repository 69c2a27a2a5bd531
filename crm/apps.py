from django.apps import AppConfig


class FrameConfig(AppConfig):
    """The frame itself: no tables, only the door, the templates' processors and commands that run the whole."""

    name = "crm"
    label = "crm"
