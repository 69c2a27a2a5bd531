"""The way from an activity to the party's own page for new members: an address, its QR code, a poster.

The address is the party's: nobody who follows it is seen, counted or stored here.
"""

import segno
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from crm.outreach.models import Activity, SignUp
from crm.paper import Sheet

PLACEHOLDER = "{activity}"
QR_SIDE = 120  # millimetres: read from two metres away


def code_of(activity: Activity) -> str:
    return f"{activity.branch.slug}-{activity.pk}"


def address_for(sign_up: SignUp, activity: Activity) -> str:
    return sign_up.address.replace(PLACEHOLDER, code_of(activity))


def qr_code(address: str) -> SafeString:
    """SVG, drawn black on white, which cameras read in the dark theme too."""
    svg = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff")
    # The same address stands beside it in letters: for who can't see it the picture says nothing more.
    return mark_safe(svg.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S308


def poster(address: str, activity: Activity) -> bytes:
    """One A4 page to hold up or put on the table."""
    title = _("Become a member")
    sheet = Sheet(title=title, language=translation.get_language() or "sv", footer_text=str(activity.branch))
    sheet.add_page()
    sheet.write_in(34, bold=True)
    sheet.multi_cell(0, 18, title, align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.write_in(16)
    sheet.multi_cell(0, 9, str(activity.branch), align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.qr(address, x=(sheet.w - QR_SIDE) / 2, y=sheet.get_y() + 8, side=QR_SIDE)
    sheet.set_y(sheet.get_y() + QR_SIDE + 18)
    sheet.multi_cell(0, 9, _("Point your telephone's camera here."), align="C", new_x="LMARGIN", new_y="NEXT")
    sheet.write_in(9)
    sheet.multi_cell(0, 5, address, align="C", new_x="LMARGIN", new_y="NEXT")
    return sheet.as_bytes()
