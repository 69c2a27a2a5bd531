from django.urls import path

from onboarding.views import public

urlpatterns = [
    path("", public.code, name="invitation_code"),
    path("<str:token>/", public.invitation, name="invitation"),
    path("<str:token>/svara/", public.say, name="invitation_answer"),
    path("<str:token>/kan-och-vill/", public.tell, name="invitation_tell"),
    path("<str:token>/kalender.ics", public.calendar, name="invitation_calendar"),
]
