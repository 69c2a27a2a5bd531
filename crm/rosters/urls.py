from django.urls import path

from crm.rosters import undoing_views, views

app_name = "rosters"
urlpatterns = [
    path("", views.index, name="index"),
    path("ladda-upp/", views.upload, name="upload"),
    path("export/", views.export, name="export"),
    path("<int:key>/", views.show, name="show"),
    path("<int:key>/tillampa/", views.accept, name="accept"),
    path("<int:key>/slang/", views.discard, name="discard"),
    path("<int:key>/villkor/", views.take_as, name="take_as"),
    path("<int:key>/angra/", undoing_views.undo, name="undo"),
    path("<int:key>/rader/<slug:part>/", views.part, name="part"),
]
