from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_todo_private'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='evidence',
            name='core_evidence_once_per_hand',
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('sha256', 'unit', 'by', 'account_id'), name='core_evidence_once_per_hand', nulls_distinct=False),
        ),
    ]
