"""Addresses of the registers."""

from django.urls import path

from xuezheng.apps.registry.views import editing, exchange, institutions, overview, people, premises

app_name = "registry"

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("divisions/boundaries.geojson", overview.boundaries, name="boundaries"),
    path("divisions/<str:code>/", overview.division, name="division"),
    path("institutions/", institutions.index, name="institutions"),
    path("institutions/<str:code>/", institutions.institution, name="institution"),
    path("institutions/<str:code>/edit/", editing.edit, name="edit_institution"),
    path("institutions/<str:code>/ownership/", editing.ownership, name="change_ownership"),
    path("institutions/<str:code>/close/", editing.close, name="close_institution"),
    path("institutions/<str:code>/restrict/", editing.restrict, name="restrict"),
    path("institutions/<str:code>/<slug:tab>/", institutions.institution, name="institution_tab"),
    path("divisions/<str:division>/new-institution/", editing.new, name="new_institution"),
    path("restrictions/<int:pk>/lift/", editing.lift, name="lift_restriction"),
    path("classes/<int:pk>/", institutions.school_class, name="class"),
    path("classes/", premises.classes, name="classes"),
    path("facilities/", premises.facilities, name="facilities"),
    path("restrictions/", premises.restrictions, name="restrictions"),
    path("groups/", institutions.groups, name="groups"),
    path("exchange/", exchange.index, name="imports"),
    path("exchange/upload/", exchange.upload, name="exchange_upload"),
    path("exchange/<slug:kind>/template.xlsx", exchange.template, name="exchange_template"),
    path("exchange/<slug:kind>/export.xlsx", exchange.export_rows, name="exchange_export"),
    path("exchange/imports/<uuid:pk>/", exchange.batch_page, name="import"),
    path("exchange/imports/<uuid:pk>/confirm/", exchange.confirm, name="import_confirm"),
    path("exchange/imports/<uuid:pk>/again/", exchange.run_again, name="import_again"),
    path("exchange/imports/<uuid:pk>/discard/", exchange.discard, name="import_discard"),
    path("exchange/imports/<uuid:pk>/rejected.xlsx", exchange.rejected, name="import_rejected"),
    path("mine/", people.mine, name="mine"),
    path("students/", people.students, name="students"),
    path("students/find/", people.find_student, name="find_student"),
    path("students/<str:number>/identity/", editing.reveal, name="reveal_identity"),
    path("students/<str:number>/", people.student, name="student"),
    path("staff/", people.staff, name="staff"),
    path("staff/<str:number>/", people.staff_member, name="staff_member"),
]
