"""What officers fill in about the outbox."""

from crm.forms import BranchModelForm
from crm.outbox.models import SendingRules


class SendingRulesForm(BranchModelForm[SendingRules]):
    class Meta:
        model = SendingRules
        fields = (
            "hourly_limit",
            "ask_above",
            "first_hour",
            "last_hour",
            "email_too",
            "sms_sender",
            "letters",
        )
