"""Addresses of the record; jobs and the check of a document are pages of the portal."""

from django.urls import path, re_path

from xuezheng.apps.record import views

app_name = "record"

urlpatterns = [
    path("events/", views.event_list, name="events"),
    re_path(r"^events\.(?P<kind>xlsx|csv)$", views.event_export, name="events_export"),
    path("events/<str:stream>/<int:sequence>/", views.event_page, name="event"),
    path("documents/", views.document_list, name="documents"),
]
