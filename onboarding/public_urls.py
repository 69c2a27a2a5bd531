from django.urls import path

from onboarding.views import public

urlpatterns = [
    path("<str:token>/", public.invitation, name="invitation"),
    path("<str:token>/svara/", public.say, name="invitation_answer"),
]
