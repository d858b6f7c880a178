"""Views of the pages about the system itself: 使用帮助, 无障碍说明, 源代码, 更多, and in development the components."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from permissions import downloads
from permissions.look import samples, sources
from permissions.look.frame import source_url


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """使用帮助: what each of the five stages asks of whom, and answers to what people ask."""
    return render(request, "about/help.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """无障碍说明: what holds, what does not yet, whom to tell."""
    return render(request, "about/accessibility.html")


@login_not_required
@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """源代码: where the source of the running version is offered (AGPL-3.0, section 13)."""
    return render(request, "about/source.html", {"elsewhere": source_url()})


@login_not_required
@require_safe
def source_archive(request: HttpRequest) -> FileResponse:
    """The source of the running version as an archive, from the files it runs on."""
    return downloads.as_file(FileResponse(sources.archive(), content_type="application/gzip"), "sangong.tar.gz")


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """更多: on phones, the way to what the tabs do not name."""
    return render(request, "about/more.html")


@login_not_required
@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Every component on one page; in development only."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "about/look.html", samples.context())
