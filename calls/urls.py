"""Below ``/<branch>/ringa/``."""

from django.urls import path

from calls.views import calling, follow_ups, leading, lists, paper, scripts

app_name = "calls"
urlpatterns = [
    path("", calling.mine, name="mine"),
    path("nasta/", calling.serve_next, name="next"),
    path("mina-samtal/", calling.recent, name="recent"),
    path("samtal/<int:pk>/", calling.call, name="call"),
    path("samtal/<int:pk>/valj/", calling.choose, name="choose"),
    path("samtal/<int:pk>/slapp/", calling.release, name="release"),
    path("samtal/<int:pk>/rapport/", calling.report, name="report"),
    path("rapport/<int:pk>/angra/", calling.undo, name="undo"),
    path("omgangar/", leading.index, name="rounds"),
    path("omgangar/oppna/", leading.open_now, name="open_now"),
    path("omgangar/<int:pk>/", leading.show, name="round"),
    path("omgangar/<int:pk>/lage/<slug:key>/", leading.in_state, name="state"),
    path("omgangar/<int:pk>/dela-ut/", leading.share, name="share"),
    path("omgangar/<int:pk>/ny-lista/", leading.add_list, name="add_list"),
    path("omgangar/<int:pk>/ta-tillbaka/", leading.take_back_all, name="take_back_all"),
    path("omgangar/<int:pk>/brev/", leading.letters_sent, name="letters_sent"),
    path("omgangar/regler/", leading.rules, name="rules"),
    path("omgangar/manus/<slug:kind>/", scripts.edit, name="script"),
    path("omgangar/listor/<int:pk>/", lists.show, name="list"),
    path("omgangar/listor/<int:pk>/flytta/", lists.move, name="move_list"),
    path("omgangar/listor/<int:pk>/ta-tillbaka/", lists.take_back, name="take_back_list"),
    path("omgangar/listor/<int:pk>/papper/", paper.before_printing, name="before_printing"),
    path("omgangar/listor/<int:pk>/skriv-ut/", paper.print_list, name="print_list"),
    path("omgangar/papper/", paper.index, name="papers"),
    path("omgangar/papper/<int:pk>/", paper.show, name="sheet"),
    path("omgangar/papper/<int:pk>/pdf/", paper.pdf, name="sheet_pdf"),
    path("omgangar/papper/<int:pk>/resultat/", paper.results, name="sheet_results"),
    path("omgangar/papper/<int:pk>/tillbaka/", paper.returned, name="sheet_returned"),
    path("omgangar/papper/<int:pk>/forstort/", paper.destroyed, name="sheet_destroyed"),
    path("papper/<int:pk>/", paper.own, name="own_sheet"),
    path("papper/rad/<int:pk>/angra/", paper.undo, name="undo_typed"),
    path("uppfoljningar/", follow_ups.index, name="follow_ups"),
    path("uppfoljningar/<int:pk>/", follow_ups.show, name="follow_up"),
    path("uppfoljningar/<int:pk>/klart/", follow_ups.done, name="follow_up_done"),
    path("uppfoljningar/<int:pk>/ring-igen/", follow_ups.call_again, name="call_again"),
    path("uppfoljningar/<int:pk>/lat-vara/", follow_ups.leave_in_peace, name="leave_in_peace"),
    path("uppfoljningar/<int:pk>/avsluta/<slug:reason>/", follow_ups.end_membership, name="end_membership"),
]
