"""Letters to all members that the branch has sent this year: by e-mail or SMS where it can, on paper else."""

from dataclasses import dataclass
from datetime import date

from crm.outbox import deciding, letters, sending
from crm.people.models import Branch, User
from demo.cast import MEMBER_OFFICER, Stage
from demo.clock import at, moment
from onboarding import circulars
from onboarding.models import Circular


@dataclass(frozen=True)
class Letter:
    """Month and day of its sending, and what stands in it."""

    day: tuple[int, int]
    subject: str
    text: str


LETTERS = (
    Letter(
        (2, 3),
        "Vårens program i Storköping",
        "Hej [förnamn]!\n\nI vår har vi medlemsmöte den 18 februari, studiecirkel i mars och S1 i april. Torgmötena"
        " börjar i mars: kom och var med en timme.\n\nAnnonsen med alla dagar finns i vår lokal.",
    ),
    Letter(
        (5, 5),
        "Tack för första maj",
        "Hej [förnamn]!\n\nTack till alla som gick med på första maj. Medlemsmötet före sommaren är den 10 juni i"
        " Folkets hus.\n\nNu ringer vi alla medlemmar: svara gärna när [expedition] ringer.",
    ),
    Letter(
        (9, 8),
        "Höstens program och kräftskivan",
        "Hej [förnamn]!\n\nTack för i somras! I höst talar vi om kommunens budget på medlemsmötet den 16 september, och"
        " en ny studiecirkel börjar i oktober.\n\nVill du hjälpa till på torget? Svara på det här brevet.",
    ),
)


def write_between(stage: Stage, after: date, until: date, *, today: date) -> int:
    """This year's, after one day and until another; how many."""
    days = ((date(today.year, *letter.day), letter) for letter in LETTERS)
    due = [(day, letter) for day, letter in days if after < day <= until and day < today]
    for day, letter in due:
        write(stage, letter, day)
    return len(due)


def write(stage: Stage, letter: Letter, day: date) -> None:
    officer = stage.user(MEMBER_OFFICER)
    circular = Circular(branch=stage.branch, subject=letter.subject, text=letter.text)
    with at(moment(day, 10)):
        circulars.write(circular=circular, by=officer)
        circulars.send(circular=circular, by=officer)
        let_out(stage.branch, circulars.purpose_of(circular), by=officer)


def let_out(branch: Branch, purpose_key: str, *, by: User) -> None:
    """So many at once ask for a second yes; the letters are folded the same day."""
    deciding.approve(branch=branch, purpose_key=purpose_key, by=by)
    sending.send_due()
    while batch := letters.print_waiting(branch=branch, by=by):
        letters.note_posted(batch=batch, by=by)
