from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "crm.rosters"
    label = "rosters"
