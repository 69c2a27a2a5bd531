"""The figures of membership that this app registers for all to read."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Figure, Rows, Tally, of_branches
from crm.figures import goals, membership
from crm.figures.small_groups import SMALLEST
from crm.people.models import Branch, Member, MembershipGoal, MemberSkill, Phone


def joined_this_year(branch: Branch, on: date) -> int:
    return membership.joined_between(branch, on.replace(month=1, day=1), on)


def left_this_year(branch: Branch, on: date) -> int:
    return membership.left_between(branch, on.replace(month=1, day=1), on)


def who_joined(branch: Branch, on: date) -> Iterable[int | None]:
    return membership.who_joined(branch, on.replace(month=1, day=1), on)


def who_left(branch: Branch, on: date) -> Iterable[int | None]:
    return membership.who_left(branch, on.replace(month=1, day=1), on)


def members_wanted(branch: Branch, on: date) -> int | None:
    goal = goals.goal_for(branch, on)
    return goal.members_wanted if goal else None


def without_phone(branch: Branch, on: date) -> int:
    return Member.objects.current().filter(branch=branch, phones=None).count()


def without_email(branch: Branch, on: date) -> int:
    return Member.objects.current().filter(branch=branch, email="").count()


def unpaid_new(branch: Branch, on: date) -> int:
    """``PaidStatus.UNPAID_NEW``: the register knows when they joined and of no fee."""
    unpaid = Member.objects.current().filter(paid_until=None, joined_on__isnull=False)
    return unpaid.filter(branch=branch).count()


def told_skills(branch: Branch, on: date) -> int | None:
    """Of today: what is taken back is deleted. So few that they could be guessed are hidden."""
    told = Member.objects.current().filter(Exists(MemberSkill.objects.filter(member=OuterRef("pk"))))
    number = told.filter(branch=branch).count()
    return None if 0 < number < SMALLEST else number


def goals_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """The next goal of each branch from a day on, and how far off; where all lie behind, the last one."""
    rows = of_branches(MembershipGoal.objects.all(), branches)
    wanted: dict[int, int] = {}
    days: dict[int, int] = {}
    ahead: set[int] = set()
    for branch, number, by_date in rows.order_by("by_date").values_list(
        "branch", "members_wanted", "by_date"
    ):
        if branch not in ahead:
            wanted[branch], days[branch] = number, (by_date - on).days
        if by_date >= on:
            ahead.add(branch)
    return {"goal": wanted, "goal_in_days": days}


def reachable_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """How many members have no number, no address, no fee yet."""
    names = ("without_phone", "without_email", "unpaid_new")
    found: dict[str, dict[int, int]] = {name: {} for name in names}
    members = of_branches(Member.objects.current(), branches)
    dialled = Exists(Phone.objects.filter(member=OuterRef("pk")))
    rows = members.order_by().values_list("branch")
    for branch, phone, mail, unpaid in rows.annotate(
        phone=Count("pk", filter=~dialled),
        mail=Count("pk", filter=Q(email="")),
        unpaid=Count("pk", filter=Q(paid_until=None, joined_on__isnull=False)),
    ):
        found["without_phone"][branch], found["without_email"][branch] = phone, mail
        found["unpaid_new"][branch] = unpaid
    return found


def told_skills_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """As ``told_skills``: where they are so few that they could be guessed, the branch is not named."""
    asked = Branch.objects.values_list("pk", flat=True) if branches is None else branches
    found = dict.fromkeys(asked, 0)
    told = Exists(MemberSkill.objects.filter(member=OuterRef("pk")))
    members = Member.objects.current().filter(told, branch__in=list(found))
    found |= dict(members.order_by().values_list("branch").annotate(Count("pk")))
    return {"told_skills": {key: number for key, number in found.items() if not 0 < number < SMALLEST}}


TALLIES = {
    "membership": Tally(names=membership.OF_EACH, count=membership.of_each),
    "goal": Tally(names=("goal", "goal_in_days"), count=goals_of_each, absent=None),
    "reachable": Tally(names=("without_phone", "without_email", "unpaid_new"), count=reachable_of_each),
    "told_skills": Tally(names=("told_skills",), count=told_skills_of_each, absent=None),
}


def listed(show: str) -> Rows:
    """The list of members, filtered as the figure counts them."""
    return Rows(url_name="people:members", permission="see_members", query=f"?show={show}")


FIGURES = (
    Figure(
        name="members",
        label=_("Members"),
        unit=units.MEMBERS,
        explanation=_(
            "Everybody whose membership has begun and not ended at the end of the day. Whoever is missing from"
            " a full roster is not counted from that roster's date on."
        ),
        count=membership.members_on,
        of_membership=True,
        rows=listed("member"),
        people=membership.who_is_member,
    ),
    Figure(
        name="joined_ever",
        label=_("Have ever joined"),
        unit=units.MEMBERS,
        explanation=_("Memberships that have begun by the day, those that have ended among them."),
        count=membership.joined_ever,
        only_coarse=True,
        of_membership=True,
        people=membership.who_ever_joined,
    ),
    Figure(
        name="joined",
        label=_("Joined this year"),
        unit=units.MEMBERS,
        explanation=_(
            "Memberships that have begun since 1 January. Someone who comes back begins a new membership."
        ),
        count=joined_this_year,
        of_membership=True,
        goes_on=True,
        people=who_joined,
    ),
    Figure(
        name="left",
        label=_("Left this year"),
        unit=units.MEMBERS,
        explanation=_(
            "Memberships that have ended since 1 January, for whatever reason, on the date of the roster that"
            " no longer had the member."
        ),
        count=left_this_year,
        of_membership=True,
        people=who_left,
    ),
    Figure(
        name="goal",
        label=_("Membership goal"),
        unit=units.MEMBERS,
        explanation=_("The branch's next goal; when all lie behind, the last one."),
        count=members_wanted,
        rows=Rows(url_name="people:goals", permission="manage_branch"),
    ),
    Figure(
        name="without_phone",
        label=_("Without a telephone number"),
        unit=units.MEMBERS,
        explanation=_("Members today whose line in the register has no number that can be dialled."),
        count=without_phone,
        of_today=True,
        rows=listed("no_phone"),
    ),
    Figure(
        name="without_email",
        label=_("Without an e-mail address"),
        unit=units.MEMBERS,
        explanation=_("Members today without an address in the register: they get no invitation by e-mail."),
        count=without_email,
        of_today=True,
        rows=listed("no_email"),
    ),
    Figure(
        name="unpaid_new",
        label=_("New members who have not paid"),
        unit=units.MEMBERS,
        explanation=_("Members today who have joined, and of whom the register knows no fee yet."),
        count=unpaid_new,
        of_today=True,
        rows=listed("unpaid_new"),
    ),
    Figure(
        name="told_skills",
        label=_("Have told what they can and want"),
        unit=units.MEMBERS,
        explanation=_(
            "Members today of whom at least one skill, interest, language or offer is noted. One to four are not"
            " shown: they could be guessed."
        ),
        count=told_skills,
        of_today=True,
        rows=Rows(url_name="people:skills", permission="see_members"),
    ),
)
