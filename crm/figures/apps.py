from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "crm.figures"
    label = "figures"
