"""Who read whose data, when and for what (the data inspectorate's decision 1676-2011 asks for it)."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models.branches import Branch
from crm.people.models.members import Member
from crm.people.models.users import User


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Rows of the access log are never changed.")


class AccessLog(models.Model):
    """One person's data seen once, or one search or list that showed nobody (then ``member`` is empty)."""

    class Purpose(models.TextChoices):
        LIST = "list", _("list of members")
        SEARCH = "search", _("search")
        MEMBER = "member", _("a member's page")
        CALL_LIST = "call_list", _("call list")
        CALL = "call", _("call")
        LEAD = "lead", _("leading the calls")
        ROSTER = "roster", _("roster")
        EXPORT = "export", _("export")
        PRINT = "print", _("printed list")
        INVITATION = "invitation", _("invitation")
        MESSAGE = "message", _("message")
        DISCLOSURE = "disclosure", _("one person's data, on request")
        DUPLICATES = "duplicates", _("duplicates")
        OWN_PAGE = "own_page", _("the member's own page")
        COMMAND = "command", _("command on the server")
        FIGURES = "figures", _("the board's figures, by a link")

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="reads")
    branch = models.ForeignKey(Branch, models.CASCADE, related_name="reads")
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="reads")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = _("access log row")
        verbose_name_plural = _("access log")
        indexes = (models.Index(fields=("branch", "at"), name="people_accesslog_branch_at"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user_id} {self.purpose}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Rows of the access log are never changed.")
        super().save(*args, **kwargs)
