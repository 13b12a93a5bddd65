from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat


def by_post(apps, schema_editor):
    keys = apps.get_model("site", "IdempotencyKey")
    keys.objects.update(holder=Concat(Value("post:"), Cast(F("post_id"), models.TextField())))


class Migration(migrations.Migration):
    dependencies = [("site", "0002_administrator_changes")]

    operations = [
        migrations.AddField("idempotencykey", "holder", models.TextField(default=""), preserve_default=False),
        migrations.RunPython(by_post, migrations.RunPython.noop),
        migrations.RemoveConstraint("idempotencykey", "site_key_once"),
        migrations.RemoveField("idempotencykey", "post"),
        migrations.AddConstraint(
            "idempotencykey", models.UniqueConstraint(fields=["holder", "key"], name="site_key_once")
        ),
    ]
