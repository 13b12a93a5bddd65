"""Django's PostgreSQL backend with two settings of its own (``settings.DATABASES`` names this package)."""
