"""What the officers have learnt since the last roster, and half of it told to the register already."""

from datetime import date, timedelta

from crm.people.models import Member
from crm.rosters import corrections
from crm.rosters.models import Correction
from demo.cast import MEMBER_OFFICER, REGISTER_OFFICER, Stage
from demo.clock import at, moment

# Telephone numbers are from the series that PTS keeps for fiction.
LEARNT: tuple[dict[str, object], ...] = (
    {"phones": ["+46701740688"]},
    {"email": "ny.adress@example.org"},
    {"street": "Björkvägen 4"},
    {"phones": ["+46701740689", "+46846500477"]},
    {"care_of": "Lindgren"},
)
REPORTED = 2


def note_corrections(stage: Stage, *, since: date, today: date) -> int:
    """One person a day from the day after the last roster on, and the first ones reported. How many details."""
    people = list(Member.objects.filter(branch=stage.branch).current().order_by("pk")[40 : 40 + len(LEARNT)])
    noted = 0
    for place, (member, values) in enumerate(zip(people, LEARNT, strict=False)):
        day = min(since + timedelta(days=place + 1), today)
        with at(moment(day, 10, 30)):
            noted += len(corrections.correct(member=member, values=values, by=stage.user(MEMBER_OFFICER)))
    with at(moment(today, 8)):
        first = Correction.objects.filter(member__in=people).order_by("pk")[:REPORTED]
        keys = [correction.pk for correction in first]
        corrections.report(branch=stage.branch, keys=keys, by=stage.user(REGISTER_OFFICER))
    return noted
