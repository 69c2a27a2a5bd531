from django.urls import path

from crm.board import link_views

urlpatterns = [
    path("<str:token>/", link_views.shared, name="board_shared"),
    path("<str:token>/siffror.json", link_views.shared_figures, name="board_shared_figures"),
]
