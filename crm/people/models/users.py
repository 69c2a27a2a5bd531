"""Who comes in, and what each may do for a while."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import not_before, who_and_when
from crm.people.models.branches import Branch, District

CONSOLE_EMAIL = "console@localhost"
# Who has no e-mail has an address all the same, for it is the account's key. By RFC 2606 it never leads anywhere.
NO_EMAIL = "@no-email.invalid"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def console(self) -> "User":
        """The system's own account: the actor of jobs and of commands run without ``--as``. Nobody can log in as it."""
        user, _created = self.get_or_create(
            email=CONSOLE_EMAIL, defaults={"name": "Tusen", "is_active": False, "password": "!"}
        )
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in. What they may do stands in their roles."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def has_email(self) -> bool:
        return not self.email.endswith(NO_EMAIL)

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class RoleQuerySet(models.QuerySet["Role"]):
    def in_force(self, on: date) -> "RoleQuerySet":
        """The roles that hold on a day; both ends belong to the role, the day somebody ended it by hand does not."""
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on),
            Q(ended_at__isnull=True) | Q(ended_at__date__gt=on),
            starts_on__lte=on,
        )

    def not_over(self, on: date) -> "RoleQuerySet":
        """The roles that hold on a day, and those that begin later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), ended_at__isnull=True)


class Role(models.Model):
    """What a user may do in a branch (or see of a district, or of the whole party), from one day to another.

    ``crm.access`` says what each kind allows.
    """

    class Kind(models.TextChoices):
        CALLER = "caller", _("caller")
        CALL_LEADER = "call_leader", _("call leader")
        MEMBER_OFFICER = "member_officer", _("member officer")
        REGISTER_OFFICER = "register_officer", _("register officer")
        BOARD = "board", _("board")
        ADMIN = "admin", _("administrator")
        DISTRICT = "district", _("district")
        PARTY = "party", _("whole party")

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    kind = models.CharField(_("role"), max_length=20, choices=Kind)
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, related_name="roles")
    district = models.ForeignKey(District, models.CASCADE, null=True, blank=True, related_name="roles")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "user__name", "starts_on")
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = (
            who_and_when("people_role", "ended"),
            not_before("people_role", "starts_on", "ends_on", _("A role can't end before it begins.")),
            models.CheckConstraint(
                name="people_role_in_a_branch_or_a_district",
                condition=Q(kind="district", district__isnull=False, branch__isnull=True)
                | Q(kind="party", district__isnull=True, branch__isnull=True)
                | (~Q(kind__in=("district", "party")) & Q(branch__isnull=False, district__isnull=True)),
                violation_error_message=_(
                    "A role belongs to a branch; only the district's role belongs to a district, and the whole"
                    " party's to neither."
                ),
            ),
            models.UniqueConstraint(
                fields=("user", "kind", "branch"),
                condition=Q(ends_on__isnull=True),
                name="people_role_open_once_per_branch",
                violation_error_message=_("The person already has that role without an end."),
            ),
            models.UniqueConstraint(
                fields=("user", "district"),
                condition=Q(ends_on__isnull=True, kind="district"),
                name="people_role_open_once_per_district",
                violation_error_message=_("The person already has that role without an end."),
            ),
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(ends_on__isnull=True, kind="party"),
                name="people_role_open_once_for_the_party",
                violation_error_message=_("The person already has that role without an end."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


# What an administrator gives in a branch; the others see what branches share, and superusers give them.
KINDS_IN_A_BRANCH = tuple(kind for kind in Role.Kind if kind not in {Role.Kind.DISTRICT, Role.Kind.PARTY})


class LoginCode(models.Model):
    """One printed one-time code with which a caller without e-mail at hand logs in. Only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="login_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("printed code")
        verbose_name_plural = _("printed codes")
        constraints = (
            models.CheckConstraint(
                name="people_logincode_expires_after_print", condition=Q(expires_at__gt=F("printed_at"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.printed_at:%Y-%m-%d}"
