"""Signing in: sessions, second factors, the county's single sign-on, and asking again who sits there."""
