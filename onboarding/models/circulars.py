"""Letters to many members at once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, Club, User


class Circular(models.Model):
    """What is written to many members at once: a draft until it is sent, and unchanged from then on."""

    class Audience(models.TextChoices):
        ALL = "all", _("all members")
        FIRST_YEAR = "first_year", _("members who joined in the last twelve months")
        CLUB = "club", _("the members of a club")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="circulars")
    audience = models.CharField(_("to whom"), max_length=10, choices=Audience, default=Audience.ALL)
    club = models.ForeignKey(
        Club, models.CASCADE, verbose_name=_("club"), null=True, blank=True, related_name="circulars"
    )
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=8000)
    sms = models.TextField(
        _("text of the SMS"),
        max_length=400,
        blank=True,
        help_text=_("For those who get an SMS. Empty: the subject."),
    )
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recipients = models.PositiveIntegerField(_("recipients"), default=0)

    class Meta:
        ordering = ("-written_at", "-id")
        verbose_name = _("letter to many")
        verbose_name_plural = _("letters to many")
        constraints = (
            who_and_when("onboarding_circular", "sent"),
            models.CheckConstraint(
                name="onboarding_circular_draft_has_no_recipients",
                condition=Q(sent_at__isnull=False) | Q(recipients=0),
            ),
            models.CheckConstraint(
                name="onboarding_circular_club_when_to_a_club",
                condition=Q(audience="club", club__isnull=False)
                | (~Q(audience="club") & Q(club__isnull=True)),
                violation_error_message=_("Choose the club that it goes to; none for the others."),
            ),
        )

    def __str__(self) -> str:
        return self.subject
