from django.urls import URLPattern, URLResolver, include, path

from crm.district import views

district: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    path("siffror.<slug:file_format>", views.file, name="file"),
]
party: list[URLPattern | URLResolver] = [
    path("", views.party, name="index"),
    path("siffror.<slug:file_format>", views.party_file, name="file"),
]
sharing: list[URLPattern | URLResolver] = [path("", views.share, name="index")]
urlpatterns: list[URLPattern | URLResolver] = [
    path("distrikt/<slug:district>/", include((district, "district"))),
    path("partiet/", include((party, "party"))),
    path("<slug:branch>/delas/", include((sharing, "sharing"))),
]
