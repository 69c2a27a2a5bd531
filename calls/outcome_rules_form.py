"""Where a leader says what each answer leads to: a row for each that the branch may choose for."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from calls.consequences import RULES, Again, rule_for
from calls.models import ALWAYS_RETRIED, CHOSEN_BY_BRANCH, LIMITS, Attempt, CallRules, Unit


@dataclass(frozen=True)
class Row:
    outcome: str
    usual: str
    is_own: bool
    retried: forms.BoundField | None  # none where the member has asked to be called
    after: forms.BoundField
    unit: forms.BoundField
    other_part: forms.BoundField


class OutcomeRulesForm(forms.Form):
    def __init__(self, data: Any = None, *, rules: CallRules) -> None:
        super().__init__(data)
        self.rules = rules
        for outcome in CHOSEN_BY_BRANCH:
            self.add_fields(outcome)

    def add_fields(self, outcome: str) -> None:
        again, which = rule_for(outcome, self.rules).again, {"answer": Attempt.Outcome(outcome).label}
        shown = again or RULES[outcome].again or Again(1)
        if outcome not in ALWAYS_RETRIED:
            self.fields[f"{outcome}_retried"] = forms.BooleanField(
                label=_("%(answer)s: call again") % which, required=False, initial=again is not None
            )
        after, unit = _("%(answer)s: after how long") % which, _("%(answer)s: minutes, hours or days") % which
        self.fields[f"{outcome}_after"] = forms.IntegerField(
            label=after,
            required=False,
            initial=shown.after,
            widget=forms.NumberInput(attrs={"class": "short", "aria-label": after, "min": 1}),
        )
        self.fields[f"{outcome}_unit"] = forms.ChoiceField(
            label=unit,
            choices=Unit.choices,
            initial=shown.unit,
            widget=forms.Select(attrs={"class": "short", "aria-label": unit}),
        )
        self.fields[f"{outcome}_other_part"] = forms.BooleanField(
            label=_("%(answer)s: at another time of day") % which, required=False, initial=shown.other_part
        )

    def clean(self) -> dict[str, Any]:
        """What is not called again has no time to be right or wrong."""
        told: dict[str, Any] = super().clean() or {}
        for outcome in CHOSEN_BY_BRANCH:
            after, unit = f"{outcome}_after", f"{outcome}_unit"
            if not self.is_retried(outcome):
                for name in (after, unit):
                    self.errors.pop(name, None)
            elif unit in told and after in told:
                self.check_span(after, told[after], Unit(told[unit]))
        return told

    def check_span(self, name: str, after: int | None, unit: Unit) -> None:
        least, most = LIMITS[unit]
        if after is None or not least <= after <= most:
            which = {"least": least, "most": most, "unit": unit.label}
            self.add_error(name, _("Give from %(least)s to %(most)s %(unit)s.") % which)

    def is_retried(self, outcome: str) -> bool:
        return outcome in ALWAYS_RETRIED or bool(self.cleaned_data.get(f"{outcome}_retried"))

    def again(self) -> dict[str, Again | None]:
        """By outcome, when the person is called again; None for never."""
        told = self.cleaned_data
        return {
            outcome: Again(told[f"{outcome}_after"], told[f"{outcome}_unit"], told[f"{outcome}_other_part"])
            if self.is_retried(outcome)
            else None
            for outcome in CHOSEN_BY_BRANCH
        }

    def rows(self) -> list[Row]:
        return [
            Row(
                outcome=str(Attempt.Outcome(outcome).label),
                usual=usual.words if (usual := RULES[outcome].again) else "",
                is_own=outcome in self.rules.outcome_rules,
                retried=self[f"{outcome}_retried"] if outcome not in ALWAYS_RETRIED else None,
                after=self[f"{outcome}_after"],
                unit=self[f"{outcome}_unit"],
                other_part=self[f"{outcome}_other_part"],
            )
            for outcome in CHOSEN_BY_BRANCH
        ]

    def settled(self) -> list[tuple[str, str]]:
        """What no branch chooses: (answer, what it leads to)."""
        return [
            (str(Attempt.Outcome(outcome).label), str(rule.consequence))
            for outcome, rule in RULES.items()
            if outcome not in CHOSEN_BY_BRANCH
        ]
