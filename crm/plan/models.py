"""The yearly plan (verksamhetsplan): areas, goals in the branch's own words, and what has been noted of them."""

import uuid
from calendar import monthrange
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.constraints import not_before, who_and_when
from crm.people.models import KINDS_IN_A_BRANCH, Branch, Club, Role, User


class Plan(models.Model):
    """A branch's plan for a calendar year: a draft until the annual meeting has adopted it."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="plans")
    year = models.PositiveSmallIntegerField(_("year"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    adopted_on = models.DateField(
        _("adopted on"), null=True, blank=True, help_text=_("The day of the meeting that adopted it.")
    )

    class Meta:
        ordering = ("-year",)
        verbose_name = _("yearly plan")
        verbose_name_plural = _("yearly plans")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "year"),
                name="plan_plan_once_per_year",
                violation_error_message=_("The branch already has a plan for that year."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.branch_id} {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)


class Area(models.Model):
    """A chapter of the plan: “Medlemsvärvning och medlemsmottagande”."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="areas")
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("area")
        verbose_name_plural = _("areas")

    def __str__(self) -> str:
        return self.title


class Goal(models.Model):
    """One goal of the plan, word for word, and how the branch can tell that it is reached.

    Measured by a registered figure (a number, or a percentage of another figure), or by notes of what was done.
    """

    class Measure(models.TextChoices):
        NOTES = "notes", _("what we note that we have done")
        FIGURE = "figure", _("a figure that the system counts")

    RESPONSIBLE = [(kind.value, kind.label) for kind in KINDS_IN_A_BRANCH if kind != Role.Kind.CALLER]

    area = models.ForeignKey(Area, models.CASCADE, related_name="goals", verbose_name=_("area"))
    text = models.CharField(_("the goal in your own words"), max_length=600)
    position = models.PositiveSmallIntegerField(default=0)
    measure = models.CharField(_("measured by"), max_length=8, choices=Measure, default=Measure.NOTES)
    figure = models.CharField(_("figure"), max_length=60, blank=True)
    of_figure = models.CharField(
        _("out of"),
        max_length=60,
        blank=True,
        help_text=_("With this the goal is a percentage: the first figure out of this one."),
    )
    club = models.ForeignKey(
        Club,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("with the club"),
        help_text=_("Counts what this club alone was part of. For figures of outreach activities."),
    )
    wanted = models.PositiveIntegerField(
        _("how many, or how many per cent"), default=1, validators=[MinValueValidator(1)]
    )
    starts_on = models.DateField(_("from"))
    due_on = models.DateField(_("to be reached by"))
    responsible = models.CharField(_("responsible"), max_length=20, choices=RESPONSIBLE, blank=True)
    basis = models.CharField(
        _("why it was proposed"),
        max_length=400,
        blank=True,
        help_text="What the years before say of it; written when the draft is proposed.",
    )
    continues = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="continued_by")
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    struck_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        ordering = ("area__position", "area_id", "position", "pk")
        verbose_name = _("goal of the plan")
        verbose_name_plural = _("goals of the plan")
        constraints = (
            who_and_when("plan_goal", "struck"),
            not_before("plan_goal", "starts_on", "due_on", _("A goal can't be due before it begins.")),
            models.CheckConstraint(
                name="plan_goal_wants_something",
                condition=Q(wanted__gte=1),
                violation_error_message=_("A goal wants at least one."),
            ),
            models.CheckConstraint(
                name="plan_goal_has_a_figure_if_measured_by_one",
                condition=(Q(measure="figure") & ~Q(figure="")) | Q(measure="notes", figure="", of_figure=""),
                violation_error_message=_(
                    "Choose the figure that measures the goal, or measure it by notes."
                ),
            ),
            models.CheckConstraint(
                name="plan_goal_percentage_of_another_figure",
                condition=Q(of_figure="") | ~Q(of_figure=F("figure")),
                violation_error_message=_("A figure out of itself is always 100 per cent."),
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def is_percentage(self) -> bool:
        return bool(self.of_figure)


class Status(models.TextChoices):
    """What a goal's number means with the pace of the year."""

    REACHED = "reached", pgettext_lazy("goal", "reached")
    ON_THE_WAY = "on_the_way", _("on the way")
    AT_RISK = "at_risk", _("at risk")
    LATE = "late", _("late")
    UNKNOWN = "unknown", _("can't be told yet")
    STRUCK = "struck", _("struck out")


class GoalStanding(models.Model):
    """The status that a goal of an adopted plan has from a day on, until the next one. A page reads many at once."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="standings")
    on = models.DateField()
    status = models.CharField(max_length=10, choices=Status)

    class Meta:
        ordering = ("on",)
        verbose_name = _("standing of a goal")
        verbose_name_plural = _("standings of goals")
        constraints = (
            models.UniqueConstraint(fields=("goal", "on"), name="plan_goalstanding_once_a_day"),
            models.CheckConstraint(
                name="plan_goalstanding_has_a_status", condition=Q(status__in=Status.values)
            ),
        )

    def __str__(self) -> str:
        return f"{self.goal_id} {self.on} {self.status}"


class GoalChange(models.Model):
    """What a goal of an adopted plan said until somebody changed it: a target that moves is seen to have moved."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="changes")
    text = models.CharField(max_length=600)
    figure = models.CharField(max_length=60, blank=True)
    of_figure = models.CharField(max_length=60, blank=True)
    wanted = models.PositiveIntegerField()
    due_on = models.DateField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("changed_at", "pk")
        verbose_name = _("change of a goal")
        verbose_name_plural = _("changes of goals")

    def __str__(self) -> str:
        return self.text


class Note(models.Model):
    """Something that was done for a goal, on a day: what the board calls evidence. Names nobody."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="notes")
    token = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="Made by the form: sent twice it is one."
    )
    happened_on = models.DateField(_("when"))
    text = models.CharField(_("what was done"), max_length=300)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("happened_on", "pk")
        verbose_name = _("note on a goal")
        verbose_name_plural = _("notes on goals")
        constraints = (
            who_and_when("plan_note", "removed"),
            models.UniqueConstraint(fields=("goal", "token"), name="plan_note_sent_once"),
        )

    def __str__(self) -> str:
        return f"{self.happened_on} {self.text}"


class StatuteDate(models.Model):
    """What the statutes ask for on the same day each year, such as the annual meeting by 31 March."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="statute_dates")
    title = models.CharField(_("what is to be done"), max_length=200)
    month = models.PositiveSmallIntegerField(_("month"), choices=tuple(MONTHS.items()))
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(31)])
    paragraph = models.CharField(
        _("where it stands"), max_length=100, blank=True, help_text=_("Such as “statutes, § 7”.")
    )
    responsible = models.CharField(_("responsible"), max_length=20, choices=Goal.RESPONSIBLE, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("month", "day", "pk")
        verbose_name = _("date of the statutes")
        verbose_name_plural = _("dates of the statutes")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "title"),
                name="plan_statutedate_once_per_branch",
                violation_error_message=_("The branch has that date already."),
            ),
            models.CheckConstraint(
                name="plan_statutedate_is_a_day",
                condition=Q(month__range=(1, 12), day__range=(1, 31)),
                violation_error_message=_("That day is not in the month."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def in_year(self, year: int) -> date:
        """A day that the month does not have that year (29 February) is the month's last."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))


class StatuteTick(models.Model):
    """That it has been done in a year."""

    statute_date = models.ForeignKey(StatuteDate, models.CASCADE, related_name="ticks")
    year = models.PositiveSmallIntegerField()
    ticked_at = models.DateTimeField()
    ticked_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("year",)
        verbose_name = _("tick of the statutes")
        verbose_name_plural = _("ticks of the statutes")
        constraints = (
            models.UniqueConstraint(fields=("statute_date", "year"), name="plan_statutetick_once_a_year"),
        )

    def __str__(self) -> str:
        return f"{self.statute_date_id} {self.year}"


class CentralDate(models.Model):
    """A date from the party's central year wheel, read from a calendar file. The same one again replaces it."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="central_dates")
    uid = models.CharField(max_length=255)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    title = models.CharField(_("what"), max_length=200)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("first", "pk")
        verbose_name = _("central date")
        verbose_name_plural = _("central dates")
        constraints = (
            models.UniqueConstraint(fields=("branch", "uid"), name="plan_centraldate_once_per_branch"),
            not_before("plan_centraldate", "first", "last", _("A date can't end before it begins.")),
        )

    def __str__(self) -> str:
        return f"{self.first} {self.title}"


class CalendarEvent(models.Model):
    """A mark of the year as subscribed calendars read it last. Told otherwise, it has a higher number."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="calendar_events")
    uid = models.CharField(max_length=64)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    label = models.TextField(_("what"))
    sequence = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(help_text="When it was told so first.")

    class Meta:
        ordering = ("first", "pk")
        verbose_name = _("event of the calendar")
        verbose_name_plural = _("events of the calendar")
        constraints = (
            models.UniqueConstraint(fields=("branch", "uid"), name="plan_calendarevent_once_per_branch"),
            not_before("plan_calendarevent", "first", "last", _("A date can't end before it begins.")),
        )

    def __str__(self) -> str:
        return f"{self.first} {self.label}"

    @property
    def said(self) -> tuple[date, date, str]:
        return self.first, self.last, self.label


class CalendarLink(models.Model):
    """A secret address at which a calendar program reads the year wheel. It holds no personal data."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="calendar_links")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = (
            who_and_when("plan_calendarlink", "closed"),
            models.UniqueConstraint(
                fields=("branch",), condition=Q(closed_at=None), name="plan_calendarlink_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.branch_id} {self.made_at:%Y-%m-%d}"
