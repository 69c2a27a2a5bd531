from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Forms in the product's own look: templates/django/forms."""
