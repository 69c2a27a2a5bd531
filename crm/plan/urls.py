from django.urls import path

from crm.plan.views import goals, plans, statutes, wheel

app_name = "plan"
urlpatterns = [
    path("", plans.index, name="index"),
    path("ny/", plans.new, name="new"),
    path("<int:year>/", plans.plan, name="plan"),
    path("<int:year>/anta/", plans.adopt, name="adopt"),
    path("<int:year>/oppna/", plans.reopen, name="reopen"),
    path("<int:year>/kasta/", plans.delete, name="delete"),
    path("<int:year>/foresla/", plans.propose, name="propose"),
    path("<int:year>/omrade/", plans.add_area, name="add_area"),
    path("omrade/<int:pk>/", plans.change_area, name="area"),
    path("omrade/<int:pk>/ta-bort/", plans.remove_area, name="remove_area"),
    path("<int:year>/mal/", goals.add, name="add_goal"),
    path("mal/<int:pk>/", goals.goal, name="goal"),
    path("mal/<int:pk>/andra/", goals.change, name="change_goal"),
    path("mal/<int:pk>/stryk/", goals.strike, name="strike"),
    path("mal/<int:pk>/aterstall/", goals.restore, name="restore"),
    path("anteckning/<int:pk>/ta-bort/", goals.remove_note, name="remove_note"),
    path("<int:year>/arshjul/", wheel.wheel, name="wheel"),
    path("stadgar/", statutes.index, name="statutes"),
    path("stadgar/nytt/", statutes.add, name="add_statute"),
    path("stadgar/vanliga/", statutes.add_usual, name="add_usual_statutes"),
    path("stadgar/<int:pk>/", statutes.change, name="change_statute"),
    path("stadgar/<int:pk>/ta-bort/", statutes.remove, name="remove_statute"),
    path("stadgar/<int:pk>/klart/<int:year>/", statutes.tick, name="tick_statute"),
    path("stadgar/<int:pk>/inte-klart/<int:year>/", statutes.untick, name="untick_statute"),
    path("kalender/", wheel.open_link, name="open_link"),
    path("kalender/stang/", wheel.close_link, name="close_link"),
    path("kalender/las-in/", wheel.read_in, name="read_in"),
    path("kalender/glom/", wheel.forget_central, name="forget_central"),
]
