"""Addresses of conversations."""

from django.urls import path

from gongzhi.core import pages as shared
from gongzhi.core.papers.pages import routes as paper_routes
from gongzhi.participation.conversations import pages
from gongzhi.participation.conversations.models import Comment, Reader, Subscription, Thread

urlpatterns = [
    path("<int:pk>/", pages.thread, name="conversations.thread"),
    path("comments/<int:pk>/", pages.comment, name="conversations.comments"),
    path("desk/", pages.desk, name="conversations.desk"),
    path("figures/", pages.figures, name="conversations.figures"),
    path("news/", pages.news, name="conversations.news"),
    path("digest/", pages.digest, name="conversations.digest"),
    path("subscriptions/", pages.subscriptions, name="conversations.subscriptions"),
    path("subscriptions/<int:pk>/", pages.to_list, name="conversations.subscription"),
    path("readers/<int:pk>/", pages.to_digest, name="conversations.reader"),
    path("unsubscribe/<str:token>/", pages.unsubscribe, name="conversations.unsubscribe"),
    *paper_routes(Comment, prefix="comments/"),
    *shared.routes("conversations", Thread, contexts={"comment": pages.saying}),
    *shared.routes("conversations", Comment, prefix="comments/"),
    *shared.routes("conversations", Subscription, prefix="subscriptions/"),
    *shared.routes("conversations", Reader, prefix="readers/"),
]
