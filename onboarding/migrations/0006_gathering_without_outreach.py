from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("onboarding", "0005_outreach_is_an_activity"),)

    operations = (
        migrations.RemoveField(model_name="gathering", name="helpers"),
        migrations.RemoveField(model_name="gathering", name="talks"),
        migrations.RemoveField(model_name="gathering", name="interested"),
        migrations.AlterField(
            model_name="gathering",
            name="kind",
            field=models.CharField(
                choices=[
                    ("intro_meeting", "introduction meeting"),
                    ("member_meeting", "member meeting"),
                    ("social", "social evening"),
                    ("open_meeting", "open meeting"),
                    ("course_s1", "member course S1"),
                    ("course_s2", "member course S2"),
                    ("course", "study course"),
                ],
                default="intro_meeting",
                max_length=16,
                verbose_name="kind",
            ),
        ),
    )
