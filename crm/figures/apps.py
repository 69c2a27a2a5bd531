from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "crm.figures"
    label = "figures"

    def ready(self) -> None:
        from crm import extensions
        from crm.figures.own import FIGURES

        for figure in FIGURES:
            extensions.figures.register(figure.name, figure)
