"""Members' offices (förtroendeuppdrag) and the training they are offered: enough for the plan's goal, and no more."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import not_before
from crm.people.models import Member, Membership, User
from crm.people.models.branches import Branch


class OfficeQuerySet(models.QuerySet["Office"]):
    def in_force(self, on: date) -> "OfficeQuerySet":
        """Both days belong to the office."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)

    def municipal(self) -> "OfficeQuerySet":
        return self.filter(kind=Office.Kind.MUNICIPAL)

    def of_members(self, branch: Branch, on: date) -> "OfficeQuerySet":
        """Held by those who count as members on a day."""
        counted = Membership.objects.filter(branch=branch).counted(on)
        return self.filter(member__branch=branch, member__in=counted.values("member"))


class Office(models.Model):
    """What a member has been elected to, from one day to another."""

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", _("municipal")
        REGIONAL = "regional", _("regional")
        NATIONAL = "national", _("parliament")
        CHURCH = "church", _("church")
        PARTY = "party", _("in the party")
        UNION = "union", _("in a union")

    member = models.ForeignKey(Member, models.CASCADE, related_name="offices")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MUNICIPAL)
    title = models.CharField(
        _("office"), max_length=100, help_text=_("Such as “member of the municipal council”.")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The last day. Empty if not known.")
    )
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "pk")
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = (
            not_before("offices_office", "starts_on", "ends_on", _("An office can't end before it begins.")),
            models.UniqueConstraint(
                fields=("member", "kind", "title", "starts_on"),
                condition=~Q(title=""),
                name="offices_office_once",
                violation_error_message=_("That office is noted already."),
            ),
        )

    def __str__(self) -> str:
        return self.title or str(self.get_kind_display())

    def holds(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)

    @property
    def trained_from(self) -> date:
        """Training offered before the office begins counts too, as for candidates: a year at most."""
        return self.starts_on - timedelta(days=365)


class Training(models.Model):
    """Training that a member was offered outside the gatherings here, and took or not."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="trainings")
    name = models.CharField(_("training"), max_length=100)
    offered_on = models.DateField(_("offered"))
    taken_on = models.DateField(_("taken"), null=True, blank=True, help_text=_("Empty if not taken yet."))
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-offered_on", "pk")
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = (
            not_before(
                "offices_training",
                "offered_on",
                "taken_on",
                _("A training can't be taken before it is offered."),
            ),
            models.UniqueConstraint(
                fields=("member", "name", "offered_on"),
                condition=~Q(name=""),
                name="offices_training_once",
                violation_error_message=_("That training is noted already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.offered_on}"
