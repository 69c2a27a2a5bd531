"""Who stays was told with these two contacts until now: later ones are not among what was counted then."""

from django.db import migrations

CONTACTS = ("call", "meeting")


def note_contacts(apps, schema_editor):
    for row in apps.get_model("figures", "ToldBlock").objects.filter(subject="staying"):
        people = sum(row.numbers.values())
        row.numbers |= {f"counted:{name}": people for name in CONTACTS}
        row.save(update_fields=["numbers"])


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_told_blocks")]

    operations = [migrations.RunPython(note_contacts, migrations.RunPython.noop)]
