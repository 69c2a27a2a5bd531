"""The words of messages to members: the usual ones of each kind, and a branch's own versions of them."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.extensions import Filling, TextKind
from crm.outbox import filling, rules
from crm.outbox.models import MessageText
from crm.outbox.writing import Words, no_url_of, own_url_of, token_of
from crm.people.models import Branch, Member, User

# What may stand in brackets in every text. The names are Swedish: so are the texts.
EVERYWHERE = {
    "förnamn": gettext_lazy("the member's first name"),
    "namn": gettext_lazy("the member's whole name"),
    "arbetarekommun": gettext_lazy("the branch's name"),
    "kommun": gettext_lazy("the municipality"),
    "expedition": gettext_lazy("the office's telephone number"),
    "e-post": gettext_lazy("the e-mail address to answer to"),
}
LONGEST_SUBJECT = 200
# Stand in the frame of an e-mail while it is drawn once for many. The first can't be typed; the second is part of
# addresses, and only a frame has it: a member's words come in after it has been replaced.
_WORDS, _TOKEN = "\x02words\x03", "the-token-of-a-member"


@dataclass(frozen=True)
class Wording:
    """Subject, text and SMS with their placeholders, and which of the branch's versions that is."""

    subject: str
    text: str
    sms: str = ""
    version: MessageText | None = None


def placeholders_of(kind: TextKind) -> dict[str, object]:
    """Names and explanations, the kind's own first."""
    return {**kind.placeholders, **EVERYWHERE}


def usual(kind: TextKind) -> Wording:
    """The kind's own words, in the language of the letters."""
    with translation.override(settings.LANGUAGE_CODE):
        return Wording(str(kind.subject), str(kind.text), str(kind.sms))


def versions(branch: Branch, kind: str) -> list[MessageText]:
    """The latest first."""
    found = MessageText.objects.filter(branch=branch, kind=kind).select_related("written_by")
    return list(found.order_by("-version"))


def wording_of(branch: Branch, kind: TextKind) -> Wording:
    """What holds now: the branch's latest version, or the usual words."""
    latest = MessageText.objects.filter(branch=branch, kind=kind.name).order_by("-version").first()
    return wording_from(latest) if latest and not latest.is_usual else usual(kind)


def wording_from(version: MessageText) -> Wording:
    return Wording(version.subject, version.text, version.sms, version)


def own_kinds(branch: Branch) -> dict[str, MessageText]:
    """The latest version of each kind that the branch has words of its own for."""
    latest: dict[str, MessageText] = {}
    for row in MessageText.objects.filter(branch=branch).select_related("written_by").order_by("version"):
        latest[row.kind] = row
    return {kind: row for kind, row in latest.items() if not row.is_usual}


@transaction.atomic
def write(
    *, branch: Branch, kind: TextKind, wording: Wording, by: User, at: datetime | None = None
) -> MessageText:
    """From now on messages of the kind have these words. The same words again are no new version.

    Raises ``ValueError`` for a placeholder that means nothing.
    """
    text = wording.text.replace("\r\n", "\n").strip()
    new = Wording(wording.subject.strip(), text, wording.sms.replace("\r\n", "\n").strip())
    if wrong := faults_of(kind, new):
        raise ValueError(", ".join(wrong))
    now = wording_of(branch, kind)
    if now.version and (now.subject, now.text, now.sms) == (new.subject, new.text, new.sms):
        return now.version
    return _add(branch, kind, by, at, subject=new.subject, text=new.text, sms=new.sms)


@transaction.atomic
def reset(*, branch: Branch, kind: TextKind, by: User, at: datetime | None = None) -> bool:
    """The usual words hold again; false if they did already. The branch's versions stay to be read."""
    if wording_of(branch, kind).version is None:
        return False
    _add(branch, kind, by, at, is_usual=True)
    return True


def _add(branch: Branch, kind: TextKind, by: User, at: datetime | None, **what: str | bool) -> MessageText:
    Branch.objects.select_for_update().get(pk=branch.pk)  # two at once get two numbers
    last = MessageText.objects.filter(branch=branch, kind=kind.name).aggregate(n=Max("version"))["n"] or 0
    return MessageText.objects.create(
        branch=branch,
        kind=kind.name,
        version=last + 1,
        written_at=at or timezone.now(),
        written_by=by,
        **what,
    )


def faults_of(kind: TextKind, wording: Wording) -> list[str]:
    known = placeholders_of(kind)
    return [
        fault
        for words in (wording.subject, wording.text, wording.sms)
        for fault in filling.faults(words, known)
    ]


class Writer:
    """Writes one wording to many members: what is the same for all is made once."""

    def __init__(self, branch: Branch, wording: Wording) -> None:
        self.branch, self.wording = branch, wording
        self._subject, self._text = filling.Pattern(wording.subject), filling.Pattern(wording.text)
        self._sms = filling.Pattern(wording.sms or wording.subject)
        with translation.override(settings.LANGUAGE_CODE):
            links = {"no_url": no_url_of(_TOKEN), "own_url": own_url_of(_TOKEN)}
            context = {"branch": branch, "words": _WORDS, **links}
            self._frame = render_to_string("outbox/emails/frame.html", context)
            self._foot = render_to_string("outbox/emails/foot.txt", context).strip()
            self._answer = _("Answer here")
        self._everywhere = {
            "arbetarekommun": branch.name,
            "kommun": branch.place,
            "expedition": branch.office_phone,
            "e-post": rules.answers_to(branch, timezone.localdate()),
        }

    def to(self, member: Member, filled: Filling) -> Words:
        """Subject, plain text and HTML for one member."""
        values = self._values_for(member, filled)
        words, token = self._text.fill(values), token_of(member)
        html = filling.as_html(words, answer_url=filled.answer_url, answer=self._answer)
        return Words(
            subject=" ".join(self._subject.fill(values).split())[:LONGEST_SUBJECT],
            text=f"{words}\n\n{self._foot.replace(_TOKEN, token)}\n",
            html=self._frame.replace(_TOKEN, token).replace(_WORDS, html),
        )

    def sms_to(self, member: Member, filled: Filling) -> str:
        """The words of an SMS; the link comes after them, and is no part of them."""
        values = self._values_for(member, filled)
        return self._sms.fill({name: value for name, value in values.items() if value != filled.answer_url})

    def _values_for(self, member: Member, filled: Filling) -> dict[str, str]:
        own = {"förnamn": member.first_name or member.name, "namn": member.name}
        return {**self._everywhere, **own, **filled.values}
