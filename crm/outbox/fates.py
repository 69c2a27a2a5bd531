"""What can become of a message that was handed over."""

from enum import StrEnum


class Fate(StrEnum):
    SENT = "sent"
    NOT_NOW = "not_now"
    NO_SERVER = "no_server"
    FAILED = "failed"
    NO_SUCH_ADDRESS = "no_such_address"
    UNCERTAIN = "uncertain"
