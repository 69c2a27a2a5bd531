from django.urls import path

from crm.board import views

app_name = "board"
urlpatterns = [path("", views.index, name="index")]
