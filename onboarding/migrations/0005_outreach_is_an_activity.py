"""What was planned as a gathering of the kind "outreach" is an activity from now on, as are open meetings ahead."""

from uuid import UUID, uuid5

from django.db import migrations
from django.utils import timezone

NAMES = UUID("5b4f4c59-57b4-4a0c-9a43-3f7f2a0e1d11")


def make_activities(apps, schema_editor):
    gatherings = apps.get_model("onboarding", "Gathering").objects
    activities = apps.get_model("outreach", "Activity").objects
    confirmed = gatherings.filter(state="confirmed")
    ahead = confirmed.filter(kind="open_meeting", starts_at__gt=timezone.now())
    for gathering in (*ahead, *confirmed.filter(kind="outreach")):
        is_outreach = gathering.kind == "outreach"
        noted = is_outreach and (gathering.helpers or gathering.talks)
        activities.get_or_create(
            branch_id=gathering.branch_id,
            token=uuid5(NAMES, f"gathering:{gathering.pk}"),
            defaults={
                "kind": "other" if is_outreach else "open_meeting",
                "held_on": timezone.localdate(gathering.starts_at),
                "place": gathering.place,
                # Somebody was there who noted it.
                "helpers": max(1, gathering.helpers or 0) if noted else None,
                "conversations": gathering.talks or 0 if noted else None,
                "new_members": 0 if noted else None,
                "noted_at": gathering.planned_at,
                "noted_by_id": gathering.planned_by_id,
            },
        )
    # Whoever was invited to one all the same keeps the invitation.
    outreach = gatherings.filter(kind="outreach")
    outreach.exclude(invitations=None).update(kind="open_meeting")
    gatherings.filter(kind="outreach").delete()


class Migration(migrations.Migration):
    dependencies = (
        ("onboarding", "0004_own_page_and_leaving"),
        ("outreach", "0001_activities_and_ways_in"),
    )

    operations = (migrations.RunPython(make_activities, migrations.RunPython.noop),)
