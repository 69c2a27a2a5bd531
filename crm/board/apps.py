from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "crm.board"
    label = "board"
