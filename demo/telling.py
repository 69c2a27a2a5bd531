"""What members can and want, as they have told it when somebody called: the callers' notes of two years."""

from datetime import date, timedelta
from random import Random

from crm import extensions
from crm.people import skills
from crm.people.models import Member
from demo.cast import MEMBER_OFFICER, Stage
from demo.clock import at, moment
from demo.history import SEED

# The share of those reached who have told something, and how many words each.
TOLD, NEW_TOLD = 0.3, 0.8
NEW_FOR = timedelta(days=30)
WORDS = (1, 3)


def tell(stage: Stage) -> int:
    """After the first talk with each; most of the new ones are asked. How many have told something."""
    chance = Random(f"{SEED} telling")
    offered = skills.offered_words(stage.branch)
    members = Member.objects.filter(branch=stage.branch).current().in_bulk()
    told = 0
    for key, day in sorted(first_talks(list(members)).items()):
        is_new = day - members[key].learnt_on <= NEW_FOR
        if chance.random() < (NEW_TOLD if is_new else TOLD):
            words = chance.sample(offered, chance.randint(*WORDS))
            with at(moment(day, 20)):
                skills.record(
                    member=members[key], words=words, source=skills.Source.CALL, by=stage.user(MEMBER_OFFICER)
                )
            told += 1
    return told


def first_talks(keys: list[int]) -> dict[int, date]:
    talks: dict[int, date] = {}
    for hook in extensions.talks.all():
        for key, day in hook(member_ids=keys):
            talks[key] = min(day, talks.get(key, day))
    return talks
