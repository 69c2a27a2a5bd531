"""How a branch sends: its rules, its hours, and what is left of the hour."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from crm.outbox.models import Message, SendingRules
from crm.people.models import Branch, Role, User

HOUR = timedelta(hours=1)


def rules_of(branch: Branch) -> SendingRules:
    """The branch's own rules, else the defaults (not saved)."""
    return SendingRules.objects.filter(branch=branch).first() or SendingRules(branch=branch)


def answers_to(branch: Branch, on: date) -> str:
    """Where members' answers go: the branch's address, else its member officer's; empty without either."""
    if branch.reply_email:
        return branch.reply_email
    officer = officer_of(branch, on)
    return officer.email if officer else ""


def officer_of(branch: Branch, on: date) -> User | None:
    """The member officer who has been it longest."""
    officers = Role.objects.in_force(on).filter(branch=branch, kind=Role.Kind.MEMBER_OFFICER)
    found = officers.filter(user__is_active=True).select_related("user").order_by("starts_on", "pk").first()
    return found.user if found else None


def channels_with_hours(rules: SendingRules) -> tuple[str, ...]:
    """The channels that disturb somebody at night."""
    return (Message.Channel.SMS, Message.Channel.EMAIL) if rules.email_too else (Message.Channel.SMS,)


def next_opening(rules: SendingRules, now: datetime) -> datetime | None:
    """When sending hours begin again; ``None`` within them."""
    local = timezone.localtime(now)
    if rules.first_hour <= local.hour < rules.last_hour:
        return None
    day = local.date() + timedelta(days=1 if local.hour >= rules.last_hour else 0)
    return timezone.make_aware(datetime.combine(day, time(rules.first_hour)))


def left_of_the_hour(rules: SendingRules, now: datetime) -> int:
    """How many more messages may leave now."""
    sent = Message.objects.filter(branch=rules.branch, sent_at__gt=now - HOUR, batch=None).count()
    return max(0, rules.hourly_limit - sent)
