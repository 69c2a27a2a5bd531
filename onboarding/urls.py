from django.urls import path

from onboarding.views import gathering, planning

app_name = "onboarding"
urlpatterns = [
    path("", planning.index, name="index"),
    path("ny/", planning.plan, name="plan"),
    path("<int:pk>/", gathering.gathering, name="gathering"),
    path("<int:pk>/andra/", planning.change, name="change"),
    path("<int:pk>/bekrafta/", planning.confirm, name="confirm"),
    path("<int:pk>/stall-in/", planning.cancel, name="cancel"),
    path("<int:pk>/dorren/", gathering.door, name="door"),
    path("<int:pk>/svar/<int:invitation>/", gathering.answer, name="answer"),
    path("<int:pk>/pricka/<int:invitation>/", gathering.tick, name="tick"),
    path("<int:pk>/bjud-in/<int:member>/", gathering.add, name="add"),
]
