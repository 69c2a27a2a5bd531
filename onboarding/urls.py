from django.urls import path

from onboarding.views import circulars, door, first_year, gathering, leavers, planning

app_name = "onboarding"
urlpatterns = [
    path("", planning.index, name="index"),
    path("brev/", circulars.index, name="circulars"),
    path("brev/skriv/", circulars.write, name="write_circular"),
    path("brev/<int:pk>/", circulars.show, name="circular"),
    path("brev/<int:pk>/andra/", circulars.change, name="change_circular"),
    path("brev/<int:pk>/skicka/", circulars.send, name="send_circular"),
    path("ny/", planning.plan, name="plan"),
    path("installningar/", planning.settings, name="settings"),
    path("nya/", first_year.new_members, name="new_members"),
    path("nya/installningar/", first_year.settings, name="first_year_settings"),
    path("nya/<int:member>/fadder/", first_year.contact_person, name="contact_person"),
    path("vill-lamna/", leavers.leavers, name="leavers"),
    path("vill-lamna/<int:pk>/klar/", leavers.handle, name="handle_leaver"),
    path("medlem/<int:member>/kod/", leavers.print_code, name="print_own_code"),
    path("<int:pk>/", gathering.gathering, name="gathering"),
    path("<int:pk>/andra/", planning.change, name="change"),
    path("<int:pk>/bekrafta/", planning.confirm, name="confirm"),
    path("<int:pk>/stall-in/", planning.cancel, name="cancel"),
    path("<int:pk>/dorren/", door.door, name="door"),
    path("<int:pk>/dorren/papper/", door.paper, name="door_paper"),
    path("<int:pk>/kom/<int:member>/", door.walk_in, name="walk_in"),
    path("<int:pk>/svar/<int:invitation>/", gathering.answer, name="answer"),
    path("<int:pk>/pricka/<int:invitation>/", door.tick, name="tick"),
    path("<int:pk>/bjud-in/<int:member>/", gathering.add, name="add"),
]
