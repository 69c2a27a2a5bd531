"""Two introduction meetings, one held and ticked at the door and one that is coming; and the welcome of new members."""

from datetime import date, timedelta
from random import Random

from crm.outbox import sending
from demo.cast import MEMBER_OFFICER, Stage
from demo.clock import at, moment
from demo.history import SEED
from onboarding import answers, first_year_mail, invitations, planning
from onboarding.models import Gathering, Invitation

# Within so many days before a meeting it is invited to, and answers come in.
INVITED_FOR = 42
PLANNED_BEFORE = 70
# The coming meeting is near enough for its invitations to have gone out.
COMES_IN = 16
YES_A_DAY, NO_A_DAY = 0.035, 0.018
MONDAY, THURSDAY = 0, 3
NEW_ON = 1  # of a month: the roster of its eve has told of new members
HOST = "Åsa Medlemsansvarig"
PLACE, ADDRESS = "Folkets hus, lilla salen", "Nygatan 5, Storköping"


def held_on(stage: Stage, today: date) -> date:
    """The half-year's meeting that lies behind today."""
    wishes = planning.settings_of(stage.branch)
    days = (
        planning.meeting_day(wishes, year, month)
        for year in (today.year - 1, today.year)
        for month in (wishes.spring_month, wishes.autumn_month)
    )
    return max(day for day in days if day < today)


def coming_on(today: date) -> date:
    """A Thursday in two or three weeks."""
    day = today + timedelta(days=COMES_IN)
    return day + timedelta(days=(THURSDAY - day.weekday()) % 7)


class Meetings:
    """What happens around the meetings, day by day."""

    def __init__(self, stage: Stage, *, today: date) -> None:
        self.stage = stage
        self.officer = stage.user(MEMBER_OFFICER)
        self.random = Random(f"{SEED} meetings")
        self.held, self.coming = held_on(stage, today), coming_on(today)

    def live_between(self, after: date, until: date) -> None:
        """Every day after one and until another."""
        for number in range(1, (until - after).days + 1):
            self.live(after + timedelta(days=number))

    def live(self, day: date) -> None:
        for meeting in (self.held, self.coming):
            if day == meeting - timedelta(days=PLANNED_BEFORE):
                self.plan(meeting, day)
            if timedelta() < meeting - day <= timedelta(days=INVITED_FOR):
                self.invite_and_hear(meeting, day)
        if day == self.held:
            self.tick(day)
        if day.weekday() == MONDAY or day.day == NEW_ON:
            self.welcome(day)

    def welcome(self, day: date) -> None:
        """What the job of every morning writes to new members; each message goes once, so a few mornings do."""
        with at(moment(day, 10)):
            first_year_mail.write_to_new_members(branch=self.stage.branch, on=day)
            sending.send_due()

    def plan(self, meeting: date, day: date) -> None:
        with at(moment(day, 11)):
            planning.plan(
                branch=self.stage.branch,
                by=self.officer,
                kind=Gathering.Kind.INTRO_MEETING,
                starts_at=moment(meeting, 18),
                place=PLACE,
                address=ADDRESS,
                host=HOST,
            )

    def invite_and_hear(self, meeting: date, day: date) -> None:
        # The job of every morning; a week's mornings in one do the same in less time.
        if day.weekday() == MONDAY or day == meeting - timedelta(days=INVITED_FOR):
            with at(moment(day, 8)):
                invitations.invite_to_intro_meetings(branch=self.stage.branch, on=day)
                sending.send_due()
        open_ones = Invitation.objects.filter(
            gathering__branch=self.stage.branch, gathering__starts_at=moment(meeting, 18), answer=""
        )
        for invitation in open_ones.select_related("gathering").order_by("pk"):
            chance = self.random.random()
            if chance < YES_A_DAY + NO_A_DAY:
                with at(moment(day, 20)):
                    said = Invitation.Answer.YES if chance < YES_A_DAY else Invitation.Answer.NO
                    answers.answer(invitation=invitation, said=said)

    def tick(self, day: date) -> None:
        """Most who said yes come, and a few who never answered."""
        invited = Invitation.objects.filter(
            gathering__branch=self.stage.branch, gathering__starts_at=moment(day, 18)
        )
        with at(moment(day, 18, 20)):
            for invitation in invited.order_by("pk"):
                likely = {Invitation.Answer.YES: 0.85, "": 0.06}.get(invitation.answer, 0.0)
                came = self.random.random() < likely
                if came or invitation.answer == Invitation.Answer.YES:
                    answers.tick(invitation=invitation, attended=came, by=self.officer)
