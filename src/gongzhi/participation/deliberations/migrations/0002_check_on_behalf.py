from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deliberations', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='check',
            name='on_behalf',
            field=models.BooleanField(default=False),
        ),
    ]
