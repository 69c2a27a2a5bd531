from django.urls import path

from crm.plan.views import wheel

urlpatterns = [path("<str:token>.ics", wheel.subscription, name="year_wheel_calendar")]
