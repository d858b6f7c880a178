"""The environment is read once, and a value nobody can have meant is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.env import Env, EnvError


@pytest.mark.parametrize("value", ["1", "true", "YES", "On"])
def test_a_flag_is_on_for_the_usual_words(value: str) -> None:
    assert Env({"X": value}).flag("X") is True


@pytest.mark.parametrize("value", ["0", "false", "NO", "off"])
def test_a_flag_is_off_for_the_usual_words_even_where_the_default_is_on(value: str) -> None:
    assert Env({"X": value}).flag("X", default=True) is False


@pytest.mark.parametrize("value", ["ture", "2", "enabled", "是", "-1"])
def test_a_flag_refuses_an_odd_word_and_names_the_variable(value: str) -> None:
    with pytest.raises(EnvError, match="SANGONG_HTTPS") as caught:
        Env({"SANGONG_HTTPS": value}).flag("SANGONG_HTTPS")
    assert value in str(caught.value)


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_value_counts_as_not_set(value: str) -> None:
    env = Env({"X": value})
    assert env.flag("X", default=True) is True
    assert env.integer("X", 7, least=0, most=9) == 7
    assert env.names("X", ["a"]) == ["a"]
    assert env.text("X", "d") == "d"


@pytest.mark.parametrize("value", ["8_000", "８０００", "8000.0", "0x1f", "八千", "--1", "65536", "-1"])
def test_a_number_is_plain_digits_within_its_range(value: str) -> None:
    with pytest.raises(EnvError, match="PORT"):
        Env({"PORT": value}).integer("PORT", 8000, least=1, most=65535)


def test_both_ends_of_a_range_are_allowed() -> None:
    assert Env({"PORT": "1"}).integer("PORT", 8000, least=1, most=65535) == 1
    assert Env({"PORT": "65535"}).integer("PORT", 8000, least=1, most=65535) == 65535


def test_a_list_refuses_an_empty_member() -> None:
    assert Env({"X": "a, b"}).names("X") == ["a", "b"]
    with pytest.raises(EnvError):
        Env({"X": "a,,b"}).names("X")


def test_a_choice_is_compared_exactly() -> None:
    with pytest.raises(EnvError, match="INFO"):
        Env({"X": "info"}).choice("X", ["INFO", "ERROR"], "INFO")


@pytest.mark.parametrize("value", ["tsa.example", "ftp://tsa.example/", "https://", "file:///etc/passwd", "http://["])
def test_an_address_is_one_of_a_service(value: str) -> None:
    with pytest.raises(EnvError, match="TSA"):
        Env({"TSA": value}).address("TSA")
    assert Env({"TSA": "https://tsa.example/tsr"}).address("TSA") == "https://tsa.example/tsr"
    assert Env({}).address("TSA") == ""


def test_a_folder_is_absolute_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    assert Env({"X": "data"}).folder("X", tmp_path) == tmp_path / "data"
    with pytest.raises(EnvError):
        Env({"X": "file"}).folder("X", tmp_path)


def test_a_socket_is_a_path_or_a_host_and_a_port() -> None:
    assert Env({}).socket("X") is None
    assert Env({"X": "unix:/run/clamav/clamd.ctl"}).socket("X") == ("unix", "/run/clamav/clamd.ctl")
    assert Env({"X": "tcp://127.0.0.1:3310"}).socket("X") == ("tcp", ("127.0.0.1", 3310))
    assert Env({"X": "tcp://[::1]:3310"}).socket("X") == ("tcp", ("::1", 3310))
    for odd in ("unix:clamd.ctl", "127.0.0.1:3310", "tcp://host", "tcp://:1", "tcp://h:99999", "http://h:1"):
        with pytest.raises(EnvError, match="clamd"):
            Env({"X": odd}).socket("X")
