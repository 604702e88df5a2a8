"""Addresses of the registers."""

from django.urls import path

from xuezheng.apps.registry.views import institutions, overview, people

app_name = "registry"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("divisions/boundaries.geojson", overview.boundaries, name="boundaries"),
    path("divisions/<str:code>/", overview.division, name="division"),
    path("institutions/", institutions.index, name="institutions"),
    path("institutions/<str:code>/", institutions.institution, name="institution"),
    path("institutions/<str:code>/<slug:tab>/", institutions.institution, name="institution_tab"),
    path("classes/<int:pk>/", institutions.school_class, name="class"),
    path("groups/", institutions.groups, name="groups"),
    path("students/", people.students, name="students"),
    path("students/<str:number>/", people.student, name="student"),
    path("staff/", people.staff, name="staff"),
    path("staff/<str:number>/", people.staff_member, name="staff_member"),
]
