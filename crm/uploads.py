"""Uploads stay in memory: a roster in the clear must never touch a disk, not even a scratch folder."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload


class InMemoryUploadHandler(MemoryFileUploadHandler):
    """Keeps a file in memory, and stops reading once the request is larger than ``ROSTER_MAX_BYTES``.

    The request is marked with ``upload_too_large`` so that the form can say so.
    """

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > settings.ROSTER_MAX_BYTES:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)
        return None
