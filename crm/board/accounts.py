"""How the board's tables and its forecast are counted: what stands beside the registered figures."""

from django.utils.translation import gettext_lazy as _

from crm.extensions import Account, Rows

MEMBERS = Rows(url_name="people:members", permission="see_members", query="?show=member")
LEFT = Rows(url_name="people:members", permission="see_members", query="?show=left")

ACCOUNTS = (
    Account(
        name="pace",
        label=_("What it takes, and the forecast"),
        explanation=_(
            "What is left to the goal, shared among the months until its date, and as many more as have left in a month"
            " on average: of the last twelve whole months, without the month of the first roster. The forecast lets the"
            " average of those months go on; in four cases of five the number ends in the range, as much as the months"
            " have varied."
        ),
        rows=Rows(url_name="people:goals", permission="manage_branch"),
    ),
    Account(
        name="club_goals",
        label=_("Goals of the clubs"),
        explanation=_(
            "What each club wants to be, as the branch has shared its goal; members by their primary club, to the"
            " nearest five, as first told in the quarter: of today alone it is known who is in which club. A club's"
            " number changes when five or more have come or gone there since it was told, and as many elsewhere."
            " Else it would say of the only one who joined on a day which club that was."
        ),
        rows=MEMBERS,
    ),
    Account(
        name="months",
        label=_("Members month by month"),
        explanation=_(
            "Members before the month, those whose membership began in it and those whose membership ended, and members"
            " after it. The running month is counted until the day shown; months before the first roster are uncertain."
        ),
        rows=MEMBERS,
    ),
    Account(
        name="balance",
        label=_("From one day to another"),
        explanation=_(
            "Members on the first day, who joined, came back and moved here, who left, moved away and died, and members"
            " on the last day: it adds up, of every month. Told of the quarters of which the reasons are told."
        ),
        rows=LEFT,
    ),
    Account(
        name="leaving_reasons",
        label=_("Why members left"),
        explanation=_(
            "Memberships that ended, by the reason that an officer has noted. Told of whole quarters, merged with their"
            " neighbours until no group of 1–4 can be reckoned, and the same on every day."
        ),
        rows=LEFT,
    ),
    Account(
        name="staying",
        label=_("Do they stay?"),
        explanation=_(
            "Those who have joined since the first full roster, by quarter, and who of them are members 365 days later,"
            " with and without a call within those days or an introduction meeting within 183. A quarter is told when a"
            " year has passed since its last day, merged with its neighbours until no group of 1–4 can be reckoned;"
            " where a number with or without would tell of one, it is told between which numbers it is."
        ),
        rows=MEMBERS,
    ),
)
