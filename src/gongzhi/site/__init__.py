"""The shell: base templates, sign-in, workbench, search, settings, and the API's front door."""
