from django.urls import path

from crm.outbox.views import approving, letters, messages, texts

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
    path("texter/", texts.index, name="texts"),
    path("texter/<slug:kind>/", texts.edit, name="text"),
    path("texter/<slug:kind>/spara/", texts.change, name="change_text"),
    path("texter/<slug:kind>/vanliga/", texts.reset, name="reset_text"),
    path("texter/<slug:kind>/titta/", texts.show, name="show_text"),
    path("texter/<slug:kind>/titta/epost/", texts.show_html, name="show_text_html"),
    path("texter/<slug:kind>/titta/brev/", texts.show_letter, name="show_text_letter"),
    path("regler/", letters.sending_rules, name="rules"),
]
