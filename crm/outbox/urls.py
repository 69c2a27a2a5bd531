from django.urls import path

from crm.outbox.views import approving, letters, messages

app_name = "outbox"
urlpatterns = [
    path("", messages.index, name="index"),
    path("<int:pk>/", messages.message, name="message"),
    path("<int:pk>/skicka-igen/", messages.send_again, name="send_again"),
    path("<int:pk>/skickat/", messages.note_sent, name="note_sent"),
    path("<int:pk>/stoppa/", messages.cancel, name="cancel"),
    path("<int:pk>/annan-vag/", messages.go_another_way, name="go_another_way"),
    path("godkann/", approving.approval, name="approval"),
    path("godkann/ja/", approving.approve, name="approve"),
    path("godkann/nej/", approving.refuse, name="refuse"),
    path("brev/", letters.letters, name="letters"),
    path("brev/skriv-ut/", letters.print_letters, name="print_letters"),
    path("brev/<int:pk>/pdf/", letters.batch_pdf, name="batch_pdf"),
    path("brev/<int:pk>/postat/", letters.note_posted, name="note_posted"),
    path("brev/<int:pk>/igen/", letters.put_back, name="put_back"),
    path("adresser/", letters.addresses, name="addresses"),
    path("adresser/<int:pk>/anvand/", letters.believe_address, name="believe_address"),
    path("regler/", letters.sending_rules, name="rules"),
]
