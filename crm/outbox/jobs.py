"""The sweep, also as a job that a person can run by hand."""

from datetime import date

from crm.outbox.sending import send_due
from crm.people.models import Branch


def send_messages(*, branch: Branch, on: date) -> dict[str, int]:
    """Send what is due now. The outbox is one for all branches: the first run takes what there is."""
    return {"sent": send_due()}
