from django.urls import path

from crm.offices.views import pages

app_name = "offices"
urlpatterns = [
    path("", pages.index, name="index"),
    path("medlem/<int:member>/", pages.add_office, name="add_office"),
    path("<int:pk>/", pages.change_office, name="change_office"),
    path("<int:pk>/ta-bort/", pages.remove_office, name="remove_office"),
    path("utbildning/medlem/<int:member>/", pages.add_training, name="add_training"),
    path("utbildning/<int:pk>/", pages.change_training, name="change_training"),
    path("utbildning/<int:pk>/ta-bort/", pages.remove_training, name="remove_training"),
]
