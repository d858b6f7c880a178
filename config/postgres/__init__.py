"""Django's PostgreSQL backend, told to start the embedded server before it connects (see ``config.database``)."""
