"""Addresses of the portal; they begin at the root."""

from django.urls import path

from xuezheng.apps.portal.views import front, gallery, home, jobs, search, verify

app_name = "portal"

urlpatterns = [
    path("", front.front, name="front"),
    path("demonstration/sign-in/", front.sign_in, name="demonstration_sign_in"),
    path("about/", front.about, name="about"),
    path("theme/", front.theme, name="theme"),
    path("home/", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<uuid:pk>/", jobs.job, name="job"),
    path("jobs/<uuid:pk>/progress/", jobs.progress, name="job_progress"),
    path("jobs/<uuid:pk>/cancel/", jobs.cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/again/", jobs.again, name="job_again"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:digest>/", verify.document, name="document"),
    path("verify/<str:digest>/file/", verify.download, name="document_file"),
    path("gallery/", gallery.gallery, name="gallery"),
]
