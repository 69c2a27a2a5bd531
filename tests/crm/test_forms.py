"""How fields are written, and the constraints that a form must not skip."""

import pytest
from django import forms
from django.utils import translation

from crm.forms import BranchModelForm, ConstrainedForm
from crm.people.models import Branch, Club, District, Role
from tests.factories import BranchFactory


class Sample(forms.Form):
    name = forms.CharField(label="Namn", help_text="Som i registret.")
    email = forms.EmailField(label="E-post", required=False)
    way = forms.ChoiceField(label="Hur?", widget=forms.RadioSelect, choices=[("a", "Brev")])
    file = forms.FileField(label="Fil")
    sure = forms.BooleanField(label="Jag har förstått", help_text="På riktigt.")
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("De hör inte ihop.")


class ClubForm(BranchModelForm[Club]):
    class Meta:
        model = Club
        fields = ("name",)


class RoleForm(BranchModelForm[Role]):
    class Meta:
        model = Role
        fields = ("kind", "starts_on", "ends_on")


class DistrictForm(ConstrainedForm[District]):
    class Meta:
        model = District
        fields = ("slug",)


def field(form: forms.Form, name: str) -> str:
    return str(form[name].as_field_group())


def test_a_field_is_tied_to_its_help_and_its_error() -> None:
    html = field(Sample({}), "name")
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<div class="help" id="id_name_helptext">Som i registret.</div>' in html
    assert 'id="id_name_error"' in html


def test_a_field_without_fault_has_no_error() -> None:
    html = field(Sample(), "name")
    assert "error" not in html
    assert 'aria-describedby="id_name_helptext"' in html


def test_only_what_is_optional_is_marked() -> None:
    assert "(frivilligt)" in field(Sample(), "email")
    assert "(frivilligt)" not in field(Sample(), "name")


def test_a_group_of_choices_has_a_legend() -> None:
    html = field(Sample(), "way")
    assert "<legend>Hur?</legend>" in html
    assert "<fieldset" in html


def test_a_tick_stands_before_its_sentence() -> None:
    html = field(Sample(), "sure")
    assert html.index("<input") < html.index("Jag har förstått")
    assert html.count("Jag har förstått") == 1
    assert 'aria-describedby="id_sure_helptext"' in html


def test_a_file_has_a_label() -> None:
    assert '<label for="id_file">Fil</label>' in field(Sample(), "file")


def test_the_summary_leads_to_each_fault() -> None:
    html = str(Sample({"key": "k"}))
    summary = html[: html.index('<div class="field')]
    assert "<li>De hör inte ihop.</li>" in summary
    assert '<a href="#id_name">Namn: ' in summary
    assert '<a href="#id_file">Fil: ' in summary
    assert "id_email" not in summary


def test_a_form_without_fault_has_no_summary_and_keeps_what_is_hidden() -> None:
    html = str(Sample())
    assert "error-summary" not in html
    assert html.count('name="key"') == 1


def test_a_hidden_fields_error_is_said_without_a_link() -> None:
    assert 'href="#id_key"' not in str(Sample({}))


@pytest.mark.django_db
def test_a_constraint_that_names_the_branch_is_held() -> None:
    branch = BranchFactory.create()
    Club.objects.create(branch=branch, name="Norra")
    with translation.override("en"):
        form = ClubForm({"name": "Norra"}, branch=branch)
        assert form.non_field_errors() == ["The branch already has a club of that name."]


@pytest.mark.django_db
def test_another_branch_may_use_the_name() -> None:
    Club.objects.create(branch=BranchFactory.create(), name="Norra")
    other: Branch = BranchFactory.create()
    form = ClubForm({"name": "Norra"}, branch=other)
    assert form.is_valid()
    assert form.save().branch == other


@pytest.mark.django_db
def test_saving_again_does_not_collide_with_itself() -> None:
    club = Club.objects.create(branch=BranchFactory.create(), name="Norra")
    assert ClubForm({"name": "Norra"}, instance=club, branch=club.branch).is_valid()


@pytest.mark.django_db
def test_an_error_of_a_field_left_out_stands_at_the_top() -> None:
    District.objects.create(name="Mellan", slug="mellan")
    form = DistrictForm({"slug": "annan"}, instance=District(name="Mellan"))
    assert not form.is_valid()
    assert list(form.errors) == ["__all__"]


@pytest.mark.django_db
def test_a_fault_is_said_once() -> None:
    data = {"kind": "caller", "starts_on": "2026-05-02", "ends_on": "2026-05-01"}
    with translation.override("en"):
        form = RoleForm(data, branch=BranchFactory.create())
        assert form.non_field_errors() == ["A role can't end before it begins."]
