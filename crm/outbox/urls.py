from django.urls import path

from crm.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/skicka-igen/", views.send_again, name="send_again"),
    path("<int:pk>/skickat/", views.note_sent, name="note_sent"),
    path("<int:pk>/stoppa/", views.cancel, name="cancel"),
]
