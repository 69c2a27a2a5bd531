from django.urls import URLPattern, URLResolver, include, path

from crm.people.views import branch, duplicates, home, leaving, log, login, members, roles, superuser

people: list[URLPattern | URLResolver] = [
    path("inloggningskod/", login.printed_code_login, name="printed_code_login"),
    path("arbetarekommuner/", superuser.branches, name="branches"),
    path("arbetarekommuner/ny/", superuser.create_branch, name="create_branch"),
    path("<slug:branch>/medlemmar/", members.members, name="members"),
    path("<slug:branch>/medlemmar/<int:pk>/", members.member, name="member"),
    path("<slug:branch>/medlemmar/<int:pk>/onskemal/<slug:wish>/", members.change_wish, name="change_wish"),
    path("<slug:branch>/medlemmar/saknade/", leaving.missing, name="missing"),
    path("<slug:branch>/medlemmar/saknade/lamnat/", leaving.confirm, name="confirm_leaving"),
    path("<slug:branch>/medlemmar/saknade/kvar/", leaving.take_back, name="take_back"),
    path("<slug:branch>/medlemmar/gallring/", leaving.erasing, name="erasing"),
    path("<slug:branch>/medlemmar/gallring/godkann/", leaving.approve, name="approve_erasing"),
    path("<slug:branch>/medlemmar/dubbletter/", duplicates.index, name="duplicates"),
    path("<slug:branch>/medlemmar/dubbletter/<int:first>/<int:second>/", duplicates.compare, name="compare"),
    path(
        "<slug:branch>/medlemmar/dubbletter/<int:first>/<int:second>/sla-ihop/",
        duplicates.merge,
        name="merge",
    ),
    path(
        "<slug:branch>/medlemmar/dubbletter/<int:first>/<int:second>/tva-personer/",
        duplicates.keep_apart,
        name="keep_apart",
    ),
    path("<slug:branch>/medlemmar/dubbletter/angra/<int:pk>/", duplicates.undo, name="undo_merge"),
    path("<slug:branch>/medlemmar/<int:pk>/behall/", leaving.hold, name="hold"),
    path("<slug:branch>/medlemmar/<int:pk>/behall/avsluta/", leaving.let_go, name="let_go"),
    path("<slug:branch>/medlemmar/<int:pk>/radera/", leaving.erase_at_once, name="erase_at_once"),
    path("<slug:branch>/installningar/gallring/", branch.keeping, name="keeping"),
    path("<slug:branch>/installningar/", branch.settings, name="branch_settings"),
    path("<slug:branch>/installningar/uppdrag/", roles.roles, name="roles"),
    path("<slug:branch>/installningar/uppdrag/nytt/", roles.give_role, name="give_role"),
    path("<slug:branch>/installningar/uppdrag/<int:pk>/avsluta/", roles.end_role, name="end_role"),
    path("<slug:branch>/installningar/uppdrag/koder/<int:pk>/", roles.print_codes, name="print_codes"),
    path("<slug:branch>/installningar/foreningar/", branch.clubs, name="clubs"),
    path("<slug:branch>/installningar/foreningar/<int:pk>/", branch.club, name="club"),
    path("<slug:branch>/installningar/foreningar/<int:pk>/ta-bort/", branch.remove_club, name="remove_club"),
    path("<slug:branch>/installningar/medlemsmal/", branch.goals, name="goals"),
    path("<slug:branch>/installningar/medlemsmal/<int:pk>/ta-bort/", branch.remove_goal, name="remove_goal"),
    path("<slug:branch>/medlemmar/<int:pk>/registerutdrag/", members.disclosure, name="disclosure"),
    path("<slug:branch>/atkomstlogg/", log.access_log, name="access_log"),
    path("<slug:branch>/atkomstlogg/fil/", log.access_log_file, name="access_log_file"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("tva-steg/", home.two_factors_needed, name="two_factors_needed"),
    path("", include((people, "people"))),
    path("<slug:branch>/", home.branch_home, name="branch"),
]
