"""A member's first year: the branch's steps, and who has a contact person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models import Branch, Member, User


class FirstYearSettings(models.Model):
    """Within how many days of the branch learning of a new member each step is done; 0 leaves a step out."""

    branch = models.OneToOneField(Branch, models.CASCADE, related_name="first_year_settings")
    signature = models.CharField(
        _("who welcomes"),
        max_length=100,
        blank=True,
        help_text=_("The name under the messages, such as “Lena Ek, chair”."),
    )
    message_days = models.PositiveSmallIntegerField(_("welcome message"), default=3)
    call_days = models.PositiveSmallIntegerField(_("welcome call"), default=7)
    unpaid_days = models.PositiveSmallIntegerField(_("reminder of the fee"), default=45)
    meeting_days = models.PositiveSmallIntegerField(_("introduction meeting"), default=183)
    course_days = models.PositiveSmallIntegerField(_("offer of the course S1"), default=183)
    check_in_days = models.PositiveSmallIntegerField(_("call to hear how it goes"), default=183)

    class Meta:
        verbose_name = _("settings of the first year")
        verbose_name_plural = _("settings of the first year")

    def __str__(self) -> str:
        return str(self.branch)


class ContactPerson(models.Model):
    """The fadder: an active member's name, whom the new one can ask."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="contact_person")
    name = models.CharField(_("contact person"), max_length=100)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")

    def __str__(self) -> str:
        return self.name
