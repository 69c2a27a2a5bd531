"""What every form shares: the look of its fields, and the constraints that it must not skip."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import django.forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Engine
from django.utils.functional import cached_property

if TYPE_CHECKING:
    from crm.people.models import Branch

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    ModelForm = django.forms.ModelForm
else:

    class ModelForm(django.forms.ModelForm):
        """Django's, with the square brackets that the type checker asks for."""

        def __class_getitem__(cls, _model: type[Model]) -> type["ModelForm"]:
            return cls


class Renderer(DjangoTemplates):
    """Forms in the product's own look: templates/django/forms before Django's."""

    @cached_property
    def engine(self) -> Engine:
        own, djangos = settings.BASE_DIR / "templates", Path(django.forms.__file__).parent / "templates"
        return Engine({"APP_DIRS": True, "DIRS": [own, djangos], "NAME": "forms", "OPTIONS": {}})


class ConstrainedForm(ModelForm[M]):
    """A model's form that holds every constraint, also one that names a field the form leaves out.

    Django skips a constraint as soon as one of its fields is not in the form, and the database answers with
    an ``IntegrityError`` later. Here fields that are left out count with the value that the view gave them.
    """

    def validate_unique(self) -> None:
        """Called by Django last of all, when the constraints with all their fields in the form are checked."""
        for validate in (self.instance.validate_unique, self.instance.validate_constraints):
            try:
                validate(exclude=self._faulty_or_empty())
            except ValidationError as error:
                self._add_what_is_new(error)

    def _faulty_or_empty(self) -> set[str]:
        """The form's own fields that Django leaves out of the check."""
        exclusions: set[str] = self._get_validation_exclusions()  # type: ignore[attr-defined]
        return exclusions & set(self.fields)

    def _add_what_is_new(self, error: ValidationError) -> None:
        """An error of a field that the form leaves out stands at the top."""
        for name, errors in error.error_dict.items():
            shown = name if name in self.fields else None
            said = list(self.errors.get(shown or NON_FIELD_ERRORS) or ())
            self.add_error(shown, [one for one in errors if one.messages[0] not in said])


class BranchModelForm(ConstrainedForm[M]):
    """A form for something of a branch: ``ClubForm(request.POST or None, branch=branch)``.

    ``branch`` is not among the fields; the wall between tenants is not something one chooses in a form.
    """

    def __init__(self, *args: Any, branch: "Branch", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branch = branch
        self.instance.branch = branch  # type: ignore[attr-defined]
