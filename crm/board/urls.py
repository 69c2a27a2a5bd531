from django.urls import path

from crm.board import link_views, report_views, views

app_name = "board"
urlpatterns = [
    path("", views.index, name="index"),
    path("sa-raknas-det/", views.how, name="how"),
    path("rapport.pdf", report_views.paper, name="paper"),
    path("siffror.<slug:file_format>", report_views.file, name="file"),
    path("verksamhetsberattelse/", report_views.texts, name="texts"),
    path("lank/", link_views.link, name="link"),
    path("lank/ny/", link_views.make, name="make_link"),
    path("lank/dra-tillbaka/", link_views.withdraw, name="withdraw_link"),
]
