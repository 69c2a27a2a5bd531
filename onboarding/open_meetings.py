"""An open meeting is outreach too: planned here, it stands among the branch's activities and asks for its numbers."""

from uuid import UUID, uuid5

from crm.outreach import activities
from crm.outreach.models import Activity
from crm.people.models import User
from onboarding.models import Gathering

# Of names of the form "gathering:17": whatever is planned here is one activity, however often it is changed.
_NAMES = UUID("5b4f4c59-57b4-4a0c-9a43-3f7f2a0e1d11")


def token_of(gathering: Gathering) -> UUID:
    return uuid5(_NAMES, f"gathering:{gathering.pk}")


def follow(gathering: Gathering, *, by: User) -> None:
    """The activity has the day and place of a confirmed meeting, and is called off with it."""
    if not gathering.is_outreach:
        return
    token = token_of(gathering)
    if gathering.state == Gathering.State.CANCELLED:
        activities.call_off(branch=gathering.branch, token=token, by=by)
    elif gathering.state == Gathering.State.CONFIRMED:
        what = {"kind": Activity.Kind.OPEN_MEETING, "held_on": gathering.day, "place": gathering.place}
        activities.follow(branch=gathering.branch, token=token, by=by, **what)


def activity_of(gathering: Gathering) -> Activity | None:
    """Nothing for other kinds, for a draft, and when somebody has taken the activity away."""
    if not gathering.is_outreach:
        return None
    return Activity.objects.kept().filter(branch=gathering.branch, token=token_of(gathering)).first()
