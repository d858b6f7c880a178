"""Whose roles need a second factor."""

from config.env import Env, EnvError

#: Who keeps accounts, rights and the log (N2, N5): what one of their passwords opens is everybody's.
ADMINISTRATORS = ["admin", "security", "auditor"]


def second_factor(env: Env, *, example: bool) -> list[str]:
    """The role codes in `SANGONG_SECOND_FACTOR`, `all` for everybody and `none` for nobody. Where it is not set: the three
    administrators; in the example, which is for trying out, nobody. Raises `EnvError` for `none` beside others."""
    named = env.names("SANGONG_SECOND_FACTOR", [] if example else ADMINISTRATORS)
    if "none" in named and named != ["none"]:
        raise EnvError("SANGONG_SECOND_FACTOR", ",".join(named), "none | all | admin,security,auditor,…")
    return [] if named == ["none"] else named
