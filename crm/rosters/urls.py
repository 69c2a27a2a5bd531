from django.urls import path

from crm.rosters import choosing_views, correcting_views, undoing_views, views

app_name = "rosters"
urlpatterns = [
    path("", views.index, name="index"),
    path("ladda-upp/", views.upload, name="upload"),
    path("export/", views.export, name="export"),
    path("rattelser/", correcting_views.corrections, name="corrections"),
    path("rattelser/rapporterade/", correcting_views.report, name="report_corrections"),
    path("rattelser/inte-rapporterade/", correcting_views.unreport, name="unreport_corrections"),
    path("rattelser/utskrift/", correcting_views.on_paper, name="corrections_on_paper"),
    path("rattelser/fil/<slug:file_format>/", correcting_views.as_file, name="corrections_file"),
    path("rattelser/<int:key>/registrets/", correcting_views.take_the_registers, name="take_the_registers"),
    path("medlem/<int:pk>/ratta/", correcting_views.correct, name="correct"),
    path("<int:key>/", views.show, name="show"),
    path("<int:key>/tillampa/", views.accept, name="accept"),
    path("<int:key>/slang/", views.discard, name="discard"),
    path("<int:key>/villkor/", views.take_as, name="take_as"),
    path("<int:key>/angra/", undoing_views.undo, name="undo"),
    path("<int:key>/lasning/", choosing_views.reading, name="reading"),
    path("<int:key>/las-om/", choosing_views.read_again, name="read_again"),
    path("<int:key>/avvisade/<slug:file_format>/", choosing_views.rejected_file, name="rejected"),
    path("<int:key>/rader/<slug:part>/", views.part, name="part"),
]
