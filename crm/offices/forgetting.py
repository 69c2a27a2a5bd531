"""What offices and trainings do when a person is erased."""

from crm.offices.models import Office, Training
from crm.people.models import Member, User


def forget(*, member: Member, by: User) -> None:
    """A title tells who it was; that somebody held a municipal office from a day to another is a count."""
    Office.objects.filter(member=member).update(title="")
    Training.objects.filter(member=member).update(name="")
