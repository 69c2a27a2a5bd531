"""Constraints that several tables share."""

from typing import TYPE_CHECKING

from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def who_and_when(table: str, deed: str) -> CheckConstraint:
    """``<deed>_at`` and ``<deed>_by`` are both known or both empty."""
    at, by = f"{deed}_at", f"{deed}_by"
    return CheckConstraint(
        name=f"{table}_{deed}_at_and_by",
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
        | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        violation_error_message=_("Who did it and when it was done belong together."),
    )


def not_before(table: str, first: str, last: str, sentence: "StrOrPromise") -> CheckConstraint:
    """``last`` is empty or not earlier than ``first``."""
    return CheckConstraint(
        name=f"{table}_{last}_not_before_{first}",
        condition=Q(**{f"{last}__isnull": True})
        | Q(**{f"{first}__isnull": True})
        | Q(**{f"{last}__gte": F(first)}),
        violation_error_message=sentence,
    )
