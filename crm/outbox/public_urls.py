from django.urls import path

from crm.outbox.views import public

urlpatterns = [path("<str:token>/", public.say_no, name="outbox_no")]
