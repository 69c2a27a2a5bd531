from django.urls import path

from onboarding.views import own

urlpatterns = [
    path("", own.code, name="own_code"),
    path("kod/<str:token>/", own.ask, name="own_ask"),
    path("jag/", own.page, name="own_page"),
    path("jag/fil/", own.file, name="own_file"),
    path("jag/ratta/", own.correct, name="own_correct"),
    path("jag/onskemal/<slug:wish>/", own.wish, name="own_wish"),
    path("jag/utskick/", own.channel, name="own_channel"),
    path("jag/kan-och-vill/", own.tell, name="own_tell"),
    path("jag/kan-och-vill/<int:word>/ta-bort/", own.take_back, name="own_take_back"),
    path("jag/lamna/", own.leave, name="own_leave"),
    path("jag/stanna/", own.stay, name="own_stay"),
    path("stang/", own.close, name="own_close"),
]
