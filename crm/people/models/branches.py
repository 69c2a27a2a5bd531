"""Districts, branches and their clubs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.constraints import not_before


class District(models.Model):
    """A party district; it sees its branches' aggregates only."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("address name"), max_length=50, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A local branch (arbetarekommun): the wall between tenants."""

    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("district")
    )
    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(
        _("address name"),
        max_length=50,
        unique=True,
        help_text=_("Stands in the address of every page of the branch."),
    )
    place = models.CharField(
        _("municipality"), max_length=60, help_text=_("As a caller says it: “the Social Democrats in …”.")
    )
    office_phone = models.CharField(
        _("office telephone"),
        max_length=30,
        blank=True,
        help_text=_("A number at which members can check a caller."),
    )
    reply_email = models.EmailField(
        _("e-mail for answers"), blank=True, help_text=_("Members' answers to messages go to this address.")
    )
    is_fictitious = models.BooleanField(
        _("fictitious"), default=False, help_text=_("Nothing is ever sent from a fictitious branch.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("branch")
        verbose_name_plural = _("branches")

    def __str__(self) -> str:
        return self.name


class Club(models.Model):
    """A club of a branch (s-förening): where members live, work or share an interest."""

    class Kind(models.TextChoices):
        GEOGRAPHIC = "geographic", _("geographic")
        UNION = "union", _("union")
        WOMEN = "women", _("women")
        YOUTH = "youth", _("youth")
        STUDENT = "student", _("student")
        OTHER = "other", _("other")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="clubs")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.GEOGRAPHIC)
    started_on = models.DateField(
        _("started on"),
        null=True,
        blank=True,
        help_text=_("Leave empty for a club that has long been there."),
    )
    resting_since = models.DateField(
        _("resting since"),
        null=True,
        blank=True,
        help_text=_("A club that does nothing for now. Empty: active."),
    )
    election_plan_on = models.DateField(_("election plan adopted on"), null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("club")
        verbose_name_plural = _("clubs")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "name"),
                name="people_club_name_once_per_branch",
                violation_error_message=_("The branch already has a club of that name."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class ClubPast(models.Model):
    """What a club was before: a rest that is over, or an election plan in whose place another one has come.

    For figures of past dates, which must not follow from what a club is today.
    """

    class What(models.TextChoices):
        REST = "rest", _("a rest")
        ELECTION_PLAN = "election_plan", _("an election plan")

    club = models.ForeignKey(Club, models.CASCADE, related_name="past")
    what = models.CharField(max_length=13, choices=What)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))  # the first day on which it was so no more

    class Meta:
        ordering = ("since",)
        verbose_name = _("what a club was before")
        verbose_name_plural = _("what clubs were before")
        constraints = (
            not_before("people_clubpast", "since", "until", _("Nothing can end before it begins.")),
            models.UniqueConstraint(fields=("club", "what", "since"), name="people_clubpast_once"),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.since} {self.until}"


class MembershipGoal(models.Model):
    """How many members a branch wants to be, and when: “1 000 members by 31 December”."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="goals")
    members_wanted = models.PositiveIntegerField(_("members wanted"))
    by_date = models.DateField(_("by"))

    class Meta:
        ordering = ("by_date",)
        verbose_name = _("membership goal")
        verbose_name_plural = _("membership goals")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "by_date"),
                name="people_goal_once_per_branch_and_date",
                violation_error_message=_("The branch already has a goal for that date."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.members_wanted} {self.by_date}"


class ClubGoal(models.Model):
    """A club's part of its branch's goal, by the same date."""

    goal = models.ForeignKey(MembershipGoal, models.CASCADE, related_name="of_clubs")
    club = models.ForeignKey(Club, models.CASCADE, related_name="goals")
    members_wanted = models.PositiveIntegerField(_("members wanted"))

    class Meta:
        verbose_name = _("club's goal")
        verbose_name_plural = _("clubs' goals")
        constraints = (
            models.UniqueConstraint(fields=("goal", "club"), name="people_clubgoal_once_per_goal_and_club"),
        )

    def __str__(self) -> str:
        return f"{self.club}: {self.members_wanted}"
