"""What an item needs before it is tabled, and the calendar its periods are counted by."""

from django.urls import path

from decisions.views.preparation import reviews, workdays

urlpatterns = [
    path("items/<id:pk>/reviews/", reviews.reviews, name="reviews"),
    path("workdays/", workdays.calendar, name="workdays"),
]
