"""Offices of the demo's branch: the municipal ones since the last election, and who has been offered training."""

from datetime import date, timedelta

from crm.offices import noting
from crm.offices.models import Office
from crm.people.models import Member
from demo.cast import MEMBER_OFFICER, Stage
from demo.clock import at, moment
from demo.history import SEED

TITLES = (
    ("municipal", "Ordförande i kommunstyrelsen"),
    ("municipal", "Ledamot i kommunfullmäktige"),
    ("municipal", "Ersättare i kommunfullmäktige"),
    ("municipal", "Ledamot i barn- och utbildningsnämnden"),
    ("municipal", "Ersättare i socialnämnden"),
    ("municipal", "Ledamot i tekniska nämnden"),
    ("regional", "Ledamot i regionfullmäktige"),
    ("church", "Ledamot i kyrkofullmäktige"),
    ("party", "Revisor"),
)
HOLDERS = 24
TRAINING = "Ny som förtroendevald"


def elect(stage: Stage, *, since: date, today: date) -> int:
    """Long-standing members hold offices; all but the last few were offered training, and half took it."""
    officer = stage.user(MEMBER_OFFICER)
    began = max(date(today.year - 1, 1, 1), since)
    offered_on = began + timedelta(days=90)
    members = Member.objects.filter(branch=stage.branch, joined_on__lt=since).current().order_by("pk")
    holders = list(members[SEED % 7 : SEED % 7 + HOLDERS])
    with at(moment(min(began + timedelta(days=3), today), 14)):
        for place, member in enumerate(holders):
            kind, title = TITLES[place % len(TITLES)]
            office = Office(member=member, kind=kind, title=title, starts_on=began)
            noting.note(noted=office, by=officer)
    with at(moment(min(offered_on, today), 15)):
        noting.offer(
            branch=stage.branch, members=holders[:-2], name=TRAINING, offered_on=offered_on, by=officer
        )
    with at(moment(min(offered_on + timedelta(days=21), today), 15)):
        for member in holders[:-2:2]:
            training = member.trainings.get(name=TRAINING)
            training.taken_on = offered_on + timedelta(days=20)
            noting.note(noted=training, by=officer)
    return len(holders)
