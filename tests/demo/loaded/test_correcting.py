from crm.people.models import Branch, Phone
from crm.rosters import corrections
from crm.rosters.models import Correction
from demo import correcting


def test_a_few_corrections_wait_to_be_reported(branch: Branch) -> None:
    noted = sum(map(len, correcting.LEARNT))
    assert corrections.of(branch).count() == noted
    assert corrections.unreported(branch) == noted - correcting.REPORTED


def test_each_was_noted_after_the_last_roster_and_reported_after_that(branch: Branch) -> None:
    last = branch.roster_imports.order_by("-roster_date")[0]
    for correction in Correction.objects.filter(member__branch=branch):
        assert correction.noted_at > last.uploaded_at
        assert correction.reported_at is None or correction.reported_at > correction.noted_at


def test_it_counts_on_the_members_page(branch: Branch) -> None:
    for correction in corrections.of(branch).filter(field="phones"):
        assert [phone.number.as_e164 for phone in Phone.objects.filter(member=correction.member)] == (
            correction.local_value
        )
