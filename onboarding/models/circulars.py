"""Letters to all members."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, User


class Circular(models.Model):
    """What is written to every member at once: a draft until it is sent, and unchanged from then on."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="circulars")
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(
        _("text"), help_text=_("The greeting with the name and the branch's name are added.")
    )
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recipients = models.PositiveIntegerField(_("recipients"), default=0)

    class Meta:
        ordering = ("-written_at", "-id")
        verbose_name = _("letter to all members")
        verbose_name_plural = _("letters to all members")
        constraints = (
            who_and_when("onboarding_circular", "sent"),
            models.CheckConstraint(
                name="onboarding_circular_draft_has_no_recipients",
                condition=Q(sent_at__isnull=False) | Q(recipients=0),
            ),
        )

    def __str__(self) -> str:
        return self.subject
