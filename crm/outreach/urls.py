from django.urls import path

from crm.outreach.views import activities, origins

app_name = "outreach"
urlpatterns = [
    path("", activities.index, name="index"),
    path("ny/", activities.note, name="note"),
    path("adress/", activities.sign_up, name="sign_up"),
    path("okand/", origins.unknown, name="unknown"),
    path("varvare/", origins.recruiters, name="recruiters"),
    path("medlem/<int:member>/", origins.origin, name="origin"),
    path("<int:pk>/", activities.activity, name="activity"),
    path("<int:pk>/affisch/", activities.poster, name="poster"),
    path("<int:pk>/andra/", activities.change, name="change"),
    path("<int:pk>/ta-bort/", activities.remove, name="remove"),
]
