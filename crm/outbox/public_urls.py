from django.urls import path

from crm.outbox import views

urlpatterns = [path("<str:token>/", views.say_no, name="outbox_no")]
