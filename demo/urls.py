from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [path("login/<slug:kind>/", views.log_in, name="login")]
