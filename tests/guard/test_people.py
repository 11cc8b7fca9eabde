"""Users, hosts and e-mail addresses: what is known as such is hidden, public addresses stay."""

import pytest

from reportgen.guard.door import Door, at_the_door
from reportgen.guard.people import (
    names_a_host,
    names_a_user,
    names_of,
    without_emails,
    without_hosts,
)
from reportgen.guard.privacy import PUBLIC, Privacy, Treatment, privacy_of
from reportgen.model import Experiment, ModelVersion, RegisteredModel, RunRef
from reportgen.sources.catalog import Catalog
from tests.builders import a_run

HOSTS = {
    "http://gpu01:5000/#/experiments": "http://hidden-host:5000/#/experiments",
    "https://10.0.3.7/x": "https://hidden-host/x",
    "http://mlflow.corp.internal": "http://hidden-host",
    "postgresql://db.lab.local:5432/mlflow": "postgresql://hidden-host:5432/mlflow",
    "https://adb-123456.7.azuredatabricks.net/?o=1": "https://hidden-host/?o=1",
    "ssh://git@gpu01/wine.git": "ssh://git@hidden-host/wine.git",
    "git@gpu01:lab/wine.git": "git@hidden-host:lab/wine.git",
    "on gpu-7.lab.local at night": "on hidden-host at night",
    "on ip-10-0-3-7.ec2.internal": "on hidden-host",
    "from 192.168.0.7": "from hidden-host",
}


@pytest.mark.parametrize(("recorded", "shown"), HOSTS.items())
def test_a_machine_of_the_house_is_hidden(recorded: str, shown: str) -> None:
    assert without_hosts(recorded) == shown
    assert without_hosts(shown) == shown


@pytest.mark.parametrize(
    "text",
    (
        "https://github.com/lab/wine",
        "git@github.com:lab/wine.git",
        "s3://bucket/data",
        "http://localhost:5000",
        "http://127.0.0.1:8080",
        "runs:/3f2a/model",
        "torch==2.4.1.10",
        "threading.local()",
        "mlflow._internal.x",
        "ghcr.io/lab/wine@sha256:1234",
        "0.1.2.3",
    ),
)
def test_what_is_public_or_no_machine_stays(text: str) -> None:
    assert without_hosts(text) == text


@pytest.mark.parametrize(
    ("recorded", "shown"),
    (
        ("Ann Smith <ann.smith@example.org>", "Ann Smith <hidden-email>"),
        ("ask ann@lab.example.org.", "ask hidden-email."),
        ("https://ann@github.com/lab/wine", "https://github.com/lab/wine"),
        ("git@github.com:lab/wine.git", "git@github.com:lab/wine.git"),
        ("ssh://git@github.com/lab/wine", "ssh://git@github.com/lab/wine"),
        (
            "abfss://box@account.dfs.core.windows.net/x",
            "abfss://box@account.dfs.core.windows.net/x",
        ),
        ("@app.route", "@app.route"),
        ("mAP@0.5", "mAP@0.5"),
    ),
)
def test_an_address_of_e_mail_is_hidden(recorded: str, shown: str) -> None:
    assert without_emails(recorded) == shown


@pytest.mark.parametrize(
    "name", ("user", "mlflow.user", "user_id", "USERNAME", "owner", "git.author", "created_by")
)
def test_some_names_say_that_it_is_a_user(name: str) -> None:
    assert names_a_user(name)


@pytest.mark.parametrize("name", ("users_per_day", "lr", "user_embedding_dim", "authority"))
def test_others_do_not(name: str) -> None:
    assert not names_a_user(name)


def test_some_names_say_that_it_is_a_host() -> None:
    assert names_a_host("hostname", "gpu01") and names_a_host("slurm.nodelist", "n[1-4]")
    assert not names_a_host("nodes", "4")
    assert not names_a_host("ghost", "gpu01")


def test_a_user_is_found_by_the_parts_of_the_name() -> None:
    assert names_of(["ann@example.org", "CORP\\bob"]) == {
        *("ann@example.org", "ann"),
        *("corp\\bob", "bob"),
    }


def test_accounts_of_nobody_and_short_names_are_not_looked_for() -> None:
    assert names_of(["root", "ubuntu", "unknown", "al", "", "1234"]) == frozenset()


OPEN = Door(PUBLIC)


def test_the_user_of_a_run_is_hidden_wherever_the_name_stands() -> None:
    run = OPEN.run(
        a_run(
            "ann_try-2",
            user="ann",
            tags={"mlflow.user": "ann", "mlflow.note.content": "Made by Ann, not by Joanna."},
            params={"data": "/data/ann/x.csv", "owner": "bob"},
        ),
        "mlruns",
    )

    assert (run.user, run.name) == ("hidden", "hidden-user_try-2")
    assert run.tags == {
        "mlflow.user": "hidden",
        "mlflow.note.content": "Made by hidden-user, not by Joanna.",
    }
    assert run.params == {"data": "hidden-path/x.csv", "owner": "hidden"}


def test_a_host_and_an_address_are_hidden() -> None:
    run = OPEN.run(a_run(tags={"host": "gpu01", "contact": "ann@example.org"}), "mlruns")

    assert run.tags == {"host": "hidden-host", "contact": "hidden-email"}


def test_the_users_of_all_runs_are_hidden_in_each() -> None:
    catalog = Catalog(
        runs=(RunRef("r", "0", 0, "0/r", user="ann"),),
        experiments=(Experiment("0", "0", "for bob", artifact_location="/home/carl/x"),),
        registered_models=(
            RegisteredModel("iris", versions=(ModelVersion("iris", 1, user="bob"),)),
        ),
    )

    cleaned, door = at_the_door(catalog, OPEN)

    assert door.users == {"ann", "bob", "carl"}
    assert cleaned.experiments[0].name == "for hidden-user"
    assert cleaned.registered_models[0].versions[0].user == "hidden"
    assert door.run(a_run("as carl did"), "mlruns").name == "as hidden-user did"


def test_a_private_report_shows_users_and_hosts() -> None:
    run = a_run(user="ann", tags={"host": "gpu01", "contact": "ann@example.org"})

    assert Door().run(run, "mlruns") is run


def test_each_kind_is_set_by_hand() -> None:
    door = Door(privacy_of(True, {"users": Treatment.SHOW}))

    run = door.run(a_run(user="ann", tags={"host": "gpu01"}), "mlruns")

    assert (run.user, run.tags["host"]) == ("ann", "hidden-host")


def test_a_home_folder_is_shortened_where_users_are_hidden() -> None:
    door = Door(Privacy(users=Treatment.HIDE, paths=Treatment.SHOW))

    assert door.text("/home/ann/x") == "~/x"


def test_words_of_the_users_own_are_hidden_too() -> None:
    door = Door(Privacy(words=("Acme", "project-x")))

    assert door.text("ACME's Project-X, not Acmeist") == "hidden's hidden, not Acmeist"


def test_a_text_that_is_copied_is_hidden_in_and_a_binary_file_that_names_a_home_is_not_copied() -> (
    None
):
    door = Door(PUBLIC, users=frozenset({"annabel"}))

    assert door.content(b"by Annabel\r\n") == b"by hidden-user\r\n"
    assert door.content(b"\0\x80/home/xy/train.py") is None
    assert door.content(b"\0\x80Annabel") is None


def test_a_file_is_copied_as_it_is_where_nothing_is_hidden() -> None:
    content = "Straße /opt/lab/a/b/c/d ann@example.org\r\n".encode()

    assert Door().content(content) is content
    assert Door().content(b"\0\x80/home/xy/train.py") == b"\0\x80/home/xy/train.py"
