"""A baseline of benchmarks.uploads: the upload view as most would write it in an afternoon, on Django.

Django takes the form (with its token against forged requests, as Django does by itself), openpyxl reads the workbook,
the required cells are looked at, the ORM stores the file and its rows on PostgreSQL in one transaction, and a page is
rendered as the answer, in the same response. Connections to the database stay open. It has no accounts, so none of
their middleware. It proves no stamp by HMAC, knows no rule but "filled in", writes no letter, keeps no audit trail, and
bounds no rate.

    PLAIN_DATABASE=postgresql://... python -m benchmarks.upload_django < asked.json    (once: the tables)
    PLAIN_DATABASE=postgresql://... gunicorn --workers 2 --bind 127.0.0.1:8080 benchmarks.upload_django:application
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings

from benchmarks.upload_reading import missing, read

DATABASE = "PLAIN_DATABASE"

_LAYOUT = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
</head><body><main>{% block body %}{% endblock %}</main></body></html>"""
_FORM = """{% extends "layout.html" %}{% block title %}Nộp báo cáo{% endblock %}{% block body %}
<form method="post" enctype="multipart/form-data">{% csrf_token %}{{ form.as_p }}<button>Nộp tệp</button></form>
{% endblock %}"""
_ANSWER = """{% extends "layout.html" %}{% block title %}Kết quả{% endblock %}{% block body %}
{% if empty %}<p>Báo cáo còn ô chưa điền:</p><ul>{% for key in empty %}<li>{{ key }}</li>{% endfor %}</ul>
{% else %}<p>Đã nhận báo cáo, số {{ upload.id }}, lúc {{ upload.received_at }}: {{ rows }} dòng.</p>{% endif %}
{% endblock %}"""

_where = urlsplit(os.environ.get(DATABASE, ""))
settings.configure(
    DEBUG=False,
    SECRET_KEY="for measuring only",  # noqa: S106
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.upload_django",
    USE_TZ=True,
    LANGUAGE_CODE="vi",
    TIME_ZONE="Asia/Ho_Chi_Minh",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {"layout.html": _LAYOUT, "form.html": _FORM, "answer.html": _ANSWER},
                            )
                        ],
                    )
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _where.path.removeprefix("/"),
            "HOST": _where.hostname or "",
            "PORT": _where.port or 5432,
            "USER": _where.username or "",
            "PASSWORD": _where.password or "",
            "CONN_MAX_AGE": None,  # they stay open
        }
    },
)
django.setup()

# Only now: models ask for the settings.
from django import forms  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import Http404, HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class Asked(models.Model):  # type: ignore[misc]
    """One row that a link asks about."""

    token = models.CharField(max_length=100, db_index=True)
    request_id = models.BigIntegerField()
    key = models.CharField(max_length=100)

    class Meta:
        app_label = "uploads"


class Upload(models.Model):  # type: ignore[misc]
    """One file that came in."""

    request_id = models.BigIntegerField(db_index=True)
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    received_at = models.DateTimeField()
    accepted = models.BooleanField()

    class Meta:
        app_label = "uploads"


class Row(models.Model):  # type: ignore[misc]
    """What a file says in one row or one cell."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT)
    key = models.CharField(max_length=100)
    values = models.JSONField()

    class Meta:
        app_label = "uploads"


class UploadForm(forms.Form):  # type: ignore[misc]
    """One file."""

    tep = forms.FileField(label="Tệp đã điền")


def upload(request: HttpRequest, token: str) -> HttpResponse:
    """The form, and what becomes of a file that was sent with it."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return render(request, "form.html", {"form": form}, status=422 if form.is_bound else 200)
    file = form.cleaned_data["tep"]
    content = file.read()
    request_id, rows = read(content)
    with transaction.atomic():
        asked = list(Asked.objects.filter(token=token))
        if not asked:
            raise Http404
        if request_id != asked[0].request_id:
            form.add_error("tep", "Biểu của cơ quan khác")
            return render(request, "form.html", {"form": form}, status=422)
        empty = missing((one.key for one in asked), rows)
        stored = Upload.objects.create(
            request_id=request_id,
            file_name=file.name,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            received_at=timezone.now(),
            accepted=not empty,
        )
        Row.objects.bulk_create(Row(upload=stored, key=key, values=said) for key, said in rows.items())
    return render(request, "answer.html", {"upload": stored, "empty": empty, "rows": len(rows)})


urlpatterns = [path("y/<token>/nop", upload)]
application: Any = get_wsgi_application()


def prepare(asked: Iterable[tuple[str, int, str]]) -> None:
    """The empty tables, and what each link asks about: token, request, key of the row."""
    with connection.schema_editor() as editor:
        for table in (Asked, Upload, Row):
            editor.create_model(table)
    Asked.objects.bulk_create(
        [Asked(token=token, request_id=request, key=key) for token, request, key in asked], batch_size=1000
    )


if __name__ == "__main__":
    prepare(json.load(sys.stdin))
