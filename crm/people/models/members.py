"""Members: the branch's working copy of the central register."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from crm.constraints import not_before, who_and_when
from crm.people.models.branches import Branch, Club
from crm.people.models.users import User
from crm.people.names import search_key, sort_key


class PaidStatus(models.TextChoices):
    PAYING = "paying", _("paid")
    UNPAID_NEW = "unpaid_new", _("has not paid yet")
    LAPSED = "lapsed", _("the fee has run out")


# Rosters come monthly: who joined so long before the branch learnt of it had just joined all the same.
LEARNT_LATE = timedelta(days=100)


class MemberQuerySet(models.QuerySet["Member"]):
    def current(self) -> "MemberQuerySet":
        """Members now: with an open membership, and not missing from the last roster."""
        return self.filter(
            Exists(Membership.objects.filter(member=OuterRef("pk"), ended_on=None, missing_since=None))
        )

    def missing(self) -> "MemberQuerySet":
        """Not in the last full roster, and not yet confirmed as left."""
        return self.filter(
            Exists(
                Membership.objects.filter(member=OuterRef("pk"), ended_on=None, missing_since__isnull=False)
            )
        )

    def left(self) -> "MemberQuerySet":
        return self.filter(erased_at=None, merged_into=None).exclude(
            Exists(Membership.objects.filter(member=OuterRef("pk"), ended_on=None))
        )

    def callable(self) -> "MemberQuerySet":
        """Those whom the branch may telephone: members now who have not said no to calls."""
        return self.current().filter(no_calls=False)

    def new_when_learnt(self) -> "MemberQuerySet":
        """Who had just joined when the branch learnt of them; those erased since among them."""
        recent = Q(joined_on=None) | Q(joined_on__gte=F("learnt_on") - LEARNT_LATE)
        return self.filter(recent, joined_before=False)

    def wanting_messages(self) -> "MemberQuerySet":
        """Those who have not said no to all messages, at once or channel by channel."""
        return self.filter(no_messages=False).exclude(no_email=True, no_sms=True, no_letters=True)

    def matching(self, text: str) -> "MemberQuerySet":
        """Every word of ``text`` stands in the name, the town, the e-mail or the member number."""
        found = self
        for word in search_key(text).split():
            found = found.filter(search__contains=word)
        return found

    def in_name_order(self) -> "MemberQuerySet":
        return self.order_by("name_sort", "pk")


def name_keys(first_name: str, last_name: str, town: str, email: str, member_number: str) -> tuple[str, str]:
    """What search and what order read of a member."""
    search = search_key(f"{first_name} {last_name} {town} {email} {member_number}")
    return search, sort_key(last_name, first_name)


class Member(models.Model):
    """A person of one branch. Whether they are a member on a day stands in their memberships."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")
        LETTER = "letter", _("letter")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="members")
    member_number = models.CharField(_("member number"), max_length=40)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    care_of = models.CharField(_("c/o"), max_length=100, blank=True)
    street = models.CharField(_("street address"), max_length=150, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    town = models.CharField(_("town"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True, blank=True)
    joined_on = models.DateField(
        _("member since"), null=True, blank=True, help_text=_("As the central register says.")
    )
    paid_until = models.DateField(_("paid until"), null=True, blank=True)
    learnt_on = models.DateField(
        _("known to the branch since"), help_text=_("New members' days count from here.")
    )
    no_calls = models.BooleanField(_("wants no calls"), default=False)
    no_messages = models.BooleanField(_("wants no messages"), default=False)
    no_email = models.BooleanField(_("wants no e-mail"), default=False)
    no_sms = models.BooleanField(_("wants no SMS"), default=False)
    no_letters = models.BooleanField(_("wants no letters"), default=False)
    channel = models.CharField(_("wishes to be reached by"), max_length=8, choices=Channel, blank=True)
    joined_before = models.BooleanField(
        default=False,
        help_text="A member since long when the branch learnt of them: kept at erasure, so that no figure moves.",
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_from",
        help_text=_("The same person under another number; this row only remembers the number."),
    )
    # SQLite folds only ASCII, and neither database sorts å ä ö last by itself (crm.people.names).
    search = models.CharField(max_length=600, editable=False, blank=True)
    name_sort = models.CharField(max_length=210, editable=False, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        indexes = (models.Index(fields=("branch", "name_sort", "id"), name="people_member_by_name"),)
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "member_number"),
                name="people_member_number_once_per_branch",
                violation_error_message=_("The branch already has a member with that number."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or str(_("Erased member"))

    @property
    def was_new(self) -> bool:
        """Whether they had just joined when the branch learnt of them; also of somebody erased."""
        is_recent = self.joined_on is None or self.joined_on >= self.learnt_on - LEARNT_LATE
        return is_recent and not self.joined_before

    def paid_status(self, on: date) -> "PaidStatus | None":
        """Derived, never stored; ``None`` when the register has not said anything."""
        if self.paid_until is None:
            return PaidStatus.UNPAID_NEW if self.joined_on else None
        return PaidStatus.PAYING if self.paid_until >= on else PaidStatus.LAPSED

    @property
    def noes(self) -> "list[str | Promise]":
        """What they have said no to, in words."""
        return [wish.label for wish in WishChange.Wish if getattr(self, wish.value)]

    @property
    def wants_no_messages(self) -> bool:
        """Has said no to all of them, at once or channel by channel."""
        return self.no_messages or (self.no_email and self.no_sms and self.no_letters)

    def says_no_to(self, channel: str) -> bool:
        """Whether nothing may come by that channel."""
        noes = {
            self.Channel.EMAIL.value: self.no_email,
            self.Channel.SMS.value: self.no_sms,
            self.Channel.LETTER.value: self.no_letters,
        }
        return self.no_messages or noes[channel]

    @property
    def address(self) -> str:
        lines = (self.care_of and f"c/o {self.care_of}", self.street, f"{self.postcode} {self.town}".strip())
        return ", ".join(line for line in lines if line)

    @property
    def row_keys(self) -> list[int]:
        """The keys under which the person is known: this row's, and those of duplicates merged into it."""
        return [self.pk, *self.merged_from.values_list("pk", flat=True)]

    def set_name_keys(self) -> None:
        """Fill what search and order read; ``save`` does it, bulk writers must."""
        self.search, self.name_sort = name_keys(
            self.first_name, self.last_name, self.town, self.email, self.member_number
        )

    def save(self, *args: object, **kwargs: object) -> None:
        self.set_name_keys()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search", "name_sort"}  # type: ignore[misc]
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def age_on(self, day: date) -> int | None:
        """Years at most reached in the calendar year of ``day``; the birth date itself is never stored."""
        return day.year - self.birth_year if self.birth_year else None


class Phone(models.Model):
    """A member's telephone number, E.164; the first one is dialled first."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", _("mobile")
        LANDLINE = "landline", _("landline")

    member = models.ForeignKey(Member, models.CASCADE, related_name="phones")
    number = PhoneNumberField(_("telephone number"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "number"),
                name="people_phone_once_per_member",
                violation_error_message=_("The member already has that number."),
            ),
        )
        indexes = (models.Index(fields=("number",), name="people_phone_number"),)

    def __str__(self) -> str:
        return str(self.number)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def counted(self, on: date | Combinable) -> "MembershipQuerySet":
        """The memberships that count at the end of a day, which a query may reckon.

        A missing member is not counted from the roster's date on; confirming the leaving keeps that
        date, so no past figure moves (docs/decisions, "Leaving").
        """
        return self.filter(
            Q(ended_on=None) | Q(ended_on__gt=on),
            Q(missing_since=None) | Q(missing_since__gt=on),
            started_on__lte=on,
        )


class Membership(models.Model):
    """A period of membership. One open period at most."""

    class EndReason(models.TextChoices):
        LEFT = "left", _("left")
        MOVED = "moved", _("moved")
        DECEASED = "deceased", _("deceased")
        UNPAID = "unpaid", _("unpaid")
        UNKNOWN = "unknown", _("unknown")

    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships")
    branch = models.ForeignKey(Branch, models.CASCADE, related_name="memberships")
    started_on = models.DateField(_("from"))
    missing_since = models.DateField(_("missing since"), null=True, blank=True)
    ended_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The first day that is not counted.")
    )
    end_reason = models.CharField(_("reason"), max_length=10, choices=EndReason, blank=True)
    moved_in = models.BooleanField(
        _("moved here"), default=False, help_text=_("Came from another branch of the database.")
    )
    ended_at = models.DateTimeField(_("leaving confirmed"), null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("started_on",)
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = (
            models.Index(fields=("branch", "started_on"), name="people_membership_started"),
            models.Index(fields=("branch", "ended_on"), name="people_membership_ended"),
        )
        constraints = (
            who_and_when("people_membership", "ended"),
            models.UniqueConstraint(
                fields=("member",),
                condition=Q(ended_on__isnull=True),
                name="people_membership_open_once",
                violation_error_message=_("The person is already a member."),
            ),
            not_before(
                "people_membership", "started_on", "ended_on", _("A membership can't end before it begins.")
            ),
            models.CheckConstraint(
                name="people_membership_end_has_a_reason",
                condition=Q(ended_on__isnull=True, end_reason="")
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                violation_error_message=_("An ended membership has a reason, an open one has none."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.started_on} – {self.ended_on or ''}"


class ClubMembership(models.Model):
    """A member in a club; one is primary. A member may have none (“fri grupp”)."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="club_memberships")
    club = models.ForeignKey(Club, models.CASCADE, related_name="club_memberships")
    is_primary = models.BooleanField(_("primary club"), default=False)

    class Meta:
        verbose_name = _("club membership")
        verbose_name_plural = _("club memberships")
        constraints = (
            models.UniqueConstraint(fields=("member", "club"), name="people_clubmembership_once"),
            models.UniqueConstraint(
                fields=("member",),
                condition=Q(is_primary=True),
                name="people_clubmembership_one_primary",
                violation_error_message=_("The member already has a primary club."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.member}: {self.club}"


class WishChange(models.Model):
    """Who turned a member's wish on or off, and when. Never changed, so that a wish can be traced."""

    class Wish(models.TextChoices):
        NO_CALLS = "no_calls", _("wants no calls")
        NO_MESSAGES = "no_messages", _("wants no messages")
        NO_EMAIL = "no_email", _("wants no e-mail")
        NO_SMS = "no_sms", _("wants no SMS")
        NO_LETTERS = "no_letters", _("wants no letters")

    member = models.ForeignKey(Member, models.CASCADE, related_name="wish_changes")
    wish = models.CharField(_("wish"), max_length=12, choices=Wish)
    is_on = models.BooleanField(_("on"))
    changed_at = models.DateTimeField(_("when"))
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-changed_at", "-id")
        verbose_name = _("change of a wish")
        verbose_name_plural = _("changes of wishes")

    def __str__(self) -> str:
        return f"{self.member_id} {self.wish} {self.is_on}"
