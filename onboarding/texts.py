"""The messages of gatherings and of the first year: their usual words, and what can stand in brackets in them."""

from datetime import datetime, time, timedelta
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext_lazy as _

from crm.extensions import Filling, TextKind
from crm.people.models import Branch, Member
from onboarding.models import Gathering, Invitation

MEETING = {
    "träff": _("what the gathering is called"),
    "när": _("day and time, such as torsdag 11 mars 2027 18:00"),
    "dag": _("the day, such as 11 mars"),
    "tid": _("the time, such as 18:00"),
    "plats": _("place and address"),
    "värd": _("who welcomes"),
    "medverkande": _("who will be there"),
    "program": _("the programme"),
}
ANSWER = MEETING | {
    "länk": _("the member's own link to answer at; in a letter a square and a code take its place"),
    "kalender": _("the calendar file, for e-mail"),
}
PERSONAL = {
    "fadder": _("the contact person's name, if one is named"),
    "avsändare": _("who welcomes, from the settings of the first year"),
}


def fill_gathering(gathering: Gathering) -> dict[str, str]:
    """What a gathering's placeholders stand for, the same for everybody."""
    starts = timezone.localtime(gathering.starts_at)
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "träff": gathering.name,
            "när": date_format(starts, "l j F Y H:i"),
            "dag": date_format(starts, "j F"),
            "tid": date_format(starts, "H:i"),
            "plats": ", ".join(part for part in (gathering.place, gathering.address) if part),
            "värd": gathering.host,
            "medverkande": gathering.present,
            "program": gathering.programme.strip(),
        }


def invitation_url(invitation: Invitation) -> str:
    return settings.SITE_URL + reverse("invitation", args=[invitation.token])


def fill_invitation(shared: dict[str, str], invitation: Invitation) -> Filling:
    """What the placeholders stand for, for one who is invited."""
    url = invitation_url(invitation)
    own = {"länk": url, "kalender": f"{url}kalender.ics"}
    return Filling(values=shared | own, answer_url=url, answer_code=invitation.spoken_code)


def fill_first_year(*, signature: str, contact_person: str) -> Filling:
    return Filling(values={"avsändare": signature, "fadder": contact_person})


def example_gathering(*, branch: Branch, member: Member, is_intro: bool) -> Filling:
    """The branch's next gathering of the sort, or one made up; the link of an example opens nothing."""
    now, kind = timezone.now(), Gathering.Kind.INTRO_MEETING
    ahead = Gathering.objects.filter(branch=branch).exclude(state=Gathering.State.CANCELLED).ahead(now)
    found = (ahead.filter(kind=kind) if is_intro else ahead.exclude(kind=kind)).first()
    # Its token is a new one that is not saved, so that a preview never shows the member's own link.
    return fill_invitation(
        fill_gathering(found or _made_up(branch, now, is_intro)), Invitation(member=member)
    )


def _made_up(branch: Branch, now: datetime, is_intro: bool) -> Gathering:
    day = timezone.localdate(now) + timedelta(weeks=6)
    return Gathering(
        branch=branch,
        kind=Gathering.Kind.INTRO_MEETING if is_intro else Gathering.Kind.SOCIAL,
        starts_at=timezone.make_aware(datetime.combine(day, time(18))),
        place="Folkets hus",
        address="Storgatan 1",
        host="Lena Ek",
    )


def example_first_year(*, branch: Branch, member: Member) -> Filling:
    return fill_first_year(signature="Lena Ek, ordförande", contact_person="Sune Berg")


_intro = partial(example_gathering, is_intro=True)
_other = partial(example_gathering, is_intro=False)

INVITE = TextKind(
    name="invite",
    label=_("Invitation to an introduction meeting"),
    about=_("Six weeks before, to those who are new; to who joins later, until the day before."),
    subject=_("Welcome to an introduction meeting on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "Welcome as a member of [arbetarekommun]. We would like to meet you: come to an introduction meeting, have a"
        " coffee, and hear what you can be part of.\n\n"
        "When: [när]\nWhere: [plats]\nWho welcomes you: [värd]\nWho will be there: [medverkande]\n\n"
        "[program]\n\n"
        "Are you coming? Answer yes or no here; you need not log in: [länk]\n\n"
        "To your calendar: [kalender]"
    ),
    sms=_("Hello [förnamn]! Welcome to an introduction meeting on [dag] at [tid], [plats]. Are you coming?"),
    placeholders=ANSWER,
    required=("länk",),
    example=_intro,
)
INVITE_OTHER = TextKind(
    name="invite_other",
    label=_("Invitation to another gathering"),
    about=_("Six weeks before, to those whom the gathering is for."),
    subject=_("Welcome: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "[arbetarekommun] invites you: [träff].\n\n"
        "When: [när]\nWhere: [plats]\nWho welcomes you: [värd]\nWho will be there: [medverkande]\n\n"
        "[program]\n\n"
        "Are you coming? Answer yes or no here; you need not log in: [länk]\n\n"
        "To your calendar: [kalender]"
    ),
    sms=_("Hello [förnamn]! Welcome: [träff] on [dag] at [tid], [plats]. Are you coming?"),
    placeholders=ANSWER,
    required=("länk",),
    example=_other,
)
REMIND_COMING = TextKind(
    name="remind_coming",
    label=_("Reminder to who is coming"),
    about=_("Two days before, to those who have said yes."),
    subject=_("Soon we meet: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "Soon we meet: [träff]. You have said that you are coming, and you are welcome.\n\n"
        "When: [när]\nWhere: [plats]\nWho welcomes you: [värd]\n\n"
        "Has something come up? Say so here: [länk]"
    ),
    sms=_("Soon we meet: [träff] on [dag] at [tid], [plats]. Has something come up? Say so here:"),
    placeholders=ANSWER,
    required=("länk",),
    example=_intro,
)
REMIND_SILENT = TextKind(
    name="remind_silent",
    label=_("Reminder to who has not answered"),
    about=_("Two days before, to those who have said nothing."),
    subject=_("Are you coming? [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "We have not heard from you, and would like to see you: [träff]. There is still time to answer.\n\n"
        "When: [när]\nWhere: [plats]\nWho welcomes you: [värd]\n\n"
        "Are you coming? Answer yes or no here; you need not log in: [länk]"
    ),
    sms=_("Are you coming? [träff] on [dag] at [tid], [plats]. Answer here:"),
    placeholders=ANSWER,
    required=("länk",),
    example=_intro,
)
MOVED = TextKind(
    name="moved",
    label=_("A gathering is moved"),
    about=_("At once, to those invited who have not said no, when day, time or place is another."),
    subject=_("New time or place: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "[träff], which you are invited to, has a new time or place. This is what holds now:\n\n"
        "When: [när]\nWhere: [plats]\nWho welcomes you: [värd]\n\n"
        "Does it still suit you? Answer here: [länk]\n\n"
        "To your calendar, where it replaces the old time: [kalender]"
    ),
    sms=_("New time or place: [träff] on [dag] at [tid], [plats]. Does it still suit you?"),
    placeholders=ANSWER,
    required=("länk",),
    example=_intro,
)
CANCELLED = TextKind(
    name="cancelled",
    label=_("A gathering is cancelled"),
    about=_("At once, to those invited who have not said no."),
    subject=_("Cancelled: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "[träff], which you are invited to, is cancelled. We are sorry, and hope to see you another time.\n\n"
        "When it should have been: [när]\nWhere: [plats]\nWho welcomes you: [värd]\n\n"
        "Take it out of your calendar: [kalender]"
    ),
    sms=_("Cancelled: [träff] on [dag] at [tid]. We are sorry, and hope to see you another time."),
    placeholders=ANSWER,
    example=_intro,
)
PLACE = TextKind(
    name="place",
    label=_("A place for who was waiting"),
    about=_("When somebody on the waiting list gets a place."),
    subject=_("A place for you: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "There is a place for you now: [träff]. You stood on the waiting list, and we count on you.\n\n"
        "When: [när]\nWhere: [plats]\nWho welcomes you: [värd]\n\n"
        "Can't you come any more? Say so here, and somebody else gets the place: [länk]\n\n"
        "To your calendar: [kalender]"
    ),
    sms=_("There is a place for you: [träff] on [dag] at [tid], [plats]. Can't you come? Say so here:"),
    placeholders=ANSWER,
    required=("länk",),
    example=_intro,
)
THANKS = TextKind(
    name="thanks",
    label=_("Thanks after an introduction meeting"),
    about=_("The day after, to those who came."),
    subject=_("Thank you for coming: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "Thank you for coming: [träff]. It was good to meet you.\n\n"
        "The next step is the course S1, where you learn how we work and what you can be part of. You get an"
        " invitation. Do you want to begin with something at once? Answer this message and tell us."
    ),
    placeholders=MEETING,
    example=_intro,
)
THANKS_OTHER = TextKind(
    name="thanks_other",
    label=_("Thanks after another gathering"),
    about=_("The day after, to those who came."),
    subject=_("Thank you for coming: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "Thank you for coming: [träff]. It was good to meet you.\n\n"
        "Do you want to take part in something more? Answer this message and tell us."
    ),
    placeholders=MEETING,
    example=_other,
)
MISSED = TextKind(
    name="missed",
    label=_("We missed you, after an introduction meeting"),
    about=_("The day after, to those who had said yes and did not come."),
    subject=_("We missed you: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "We missed you: [träff]. We hope that all is well with you.\n\n"
        "You are invited again to the next introduction meeting. Do you want to hear more before that? Answer this"
        " message, and we call you."
    ),
    placeholders=MEETING,
    example=_intro,
)
MISSED_OTHER = TextKind(
    name="missed_other",
    label=_("We missed you, after another gathering"),
    about=_("The day after, to those who had said yes and did not come."),
    subject=_("We missed you: [träff] on [dag]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "We missed you: [träff]. We hope that all is well with you.\n\n"
        "You are welcome next time."
    ),
    placeholders=MEETING,
    example=_other,
)
WELCOME = TextKind(
    name="welcome",
    label=_("Welcome to a new member"),
    about=_("When the branch has learnt of a new member."),
    subject=_("Welcome to [arbetarekommun]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "Welcome as a member of [arbetarekommun]. We are glad that you are with us. Somebody of us calls you in the"
        " next days to hear what made you join and what you would like to do. Twice a year we invite all new members"
        " to an introduction meeting, and you get an invitation to the next one.\n\n"
        "Your contact person is [fadder], whom you can ask about anything.\n\n"
        "You are always welcome to answer this message.\n\n"
        "[avsändare]"
    ),
    sms=_(
        "Hello [förnamn]! Welcome as a member. We are glad that you are with us, and call you in the next days."
    ),
    placeholders=PERSONAL,
    example=example_first_year,
)
UNPAID = TextKind(
    name="unpaid",
    label=_("Reminder of the first fee"),
    about=_(
        "When a new member's fee does not show as paid after some weeks (day 45 unless you choose another)."
    ),
    subject=_("Your membership fee to [arbetarekommun]"),
    text=_(
        "Hello [förnamn]!\n\n"
        "We can't see that your membership fee is paid. Perhaps the letter has gone astray, or the payment is on its"
        " way; then you need do nothing. If you need a new slip, or have changed your mind, tell us.\n\n"
        "Your contact person is [fadder], whom you can ask about anything.\n\n"
        "You are always welcome to answer this message.\n\n"
        "[avsändare]"
    ),
    placeholders=PERSONAL,
    example=example_first_year,
)
COURSE_OFFER = TextKind(
    name="course_offer",
    label=_("Offer of the member course S1"),
    about=_("In good time within the first half-year, to who has not been to it."),
    subject=_("An offer from [arbetarekommun]: the member course S1"),
    text=_(
        "Hello [förnamn]!\n\n"
        "Every new member is offered the member course S1. You learn how we work and what you can be part of,"
        " together with others who are new. Answer this message if you want to come, and we tell you when the next"
        " one is.\n\n"
        "Your contact person is [fadder], whom you can ask about anything.\n\n"
        "You are always welcome to answer this message.\n\n"
        "[avsändare]"
    ),
    placeholders=PERSONAL,
    example=example_first_year,
)
KINDS = (
    INVITE,
    INVITE_OTHER,
    REMIND_COMING,
    REMIND_SILENT,
    MOVED,
    CANCELLED,
    PLACE,
    THANKS,
    THANKS_OTHER,
    MISSED,
    MISSED_OTHER,
    WELCOME,
    UNPAID,
    COURSE_OFFER,
)
