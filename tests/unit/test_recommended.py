"""The recommended set-up: what its configuration says, read as Jupyter reads it."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).parents[2]
RECOMMENDED = ROOT / "book" / "recommended"


def read(path: Path) -> Any:
    return PyFileConfigLoader(path.name, str(path.parent)).load_config()


def start(config: Any, name: str) -> SimpleNamespace:
    """Return a user's spawner as it is when the server starts."""
    spawner = SimpleNamespace(
        user=SimpleNamespace(name=name),
        args=["--theirs"],
        environment={"THEIRS": "1"},
        disable_user_config=False,
    )
    config.Spawner.pre_spawn_hook(spawner)
    return spawner


@pytest.fixture
def config(tmp_path) -> Any:
    """The hub's configuration, with groups of our own, loaded after an admin's."""
    shutil.copytree(RECOMMENDED, tmp_path / "recommended")
    (tmp_path / "recommended" / "groups.json").write_text(json.dumps(["maths", "arts"]))
    (tmp_path / "theirs.py").write_text(
        "c = get_config()\n"
        "c.JupyterHub.load_roles = [{'name': 'theirs'}]\n"
        "c.JupyterHub.services = [{'name': 'theirs'}]\n"
        "c.Authenticator.blocked_users = {'mallory'}\n"
        "load_subconfig('recommended/jupyterhub_config.py')\n"
    )
    return read(tmp_path / "theirs.py")


def test_an_admins_own_configuration_stays(config):
    assert config.JupyterHub.load_roles[0] == {"name": "theirs"}
    assert config.JupyterHub.services[0] == {"name": "theirs"}
    assert "mallory" in config.Authenticator.blocked_users
    for name in ("maths-collab", "ana"):
        spawner = start(config, name)
        assert "--theirs" in spawner.args or spawner.args == ["--theirs"]
        assert spawner.environment["THEIRS"] == "1"


def test_a_groups_scopes_end_at_its_account_and_cannot_be_handed_on(config):
    roles = {role["name"]: role for role in config.JupyterHub.load_roles}
    assert roles["maths-members"]["groups"] == ["maths"]
    assert roles["maths-readers"]["groups"] == ["maths-readers"]
    for kind in ("members", "readers"):
        for scope in roles[f"maths-{kind}"]["scopes"]:
            assert scope.endswith("!user=maths-collab")
            assert scope.partition("!")[0] in {"access:servers", "servers", "custom:rtc:edit"}
    assert roles["maths-readers"]["scopes"] == ["access:servers!user=maths-collab"]


def test_accounts_hold_nothing_and_nobody_logs_in_as_one(config):
    roles = {role["name"]: role for role in config.JupyterHub.load_roles}
    accounts = {"maths-collab", "arts-collab"}
    assert set(roles["group-accounts"]["users"]) == accounts
    assert roles["group-accounts"]["scopes"] == []
    assert accounts <= set(config.Authenticator.blocked_users)


@pytest.mark.parametrize("groups", [["Maths"], ["maths", "maths-readers"]])
def test_names_that_would_mean_somebody_else_are_refused(tmp_path, groups):
    shutil.copytree(RECOMMENDED, tmp_path / "recommended")
    (tmp_path / "recommended" / "groups.json").write_text(json.dumps(groups))
    with pytest.raises(ValueError, match=r"groups\.json: write"):
        read(tmp_path / "recommended" / "jupyterhub_config.py")


def test_the_culler_reaches_the_groups_servers_only(config):
    role = next(role for role in config.JupyterHub.load_roles if role["name"] == "group-culler")
    assert {scope.partition("!user=")[2] for scope in role["scopes"]} == {
        "maths-collab",
        "arts-collab",
    }


def test_only_a_groups_server_is_hardened(config):
    group, own = start(config, "maths-collab"), start(config, "ana")
    assert group.disable_user_config
    assert not own.disable_user_config
    assert any("rtc_members.RTCMembers" in arg for arg in group.args)
    assert own.args == ["--theirs"]
    of = config.Spawner.server_token_scopes
    assert of(SimpleNamespace(user=SimpleNamespace(name="maths-collab"))) == ["users:activity!user"]
    assert of(SimpleNamespace(user=SimpleNamespace(name="ana"))) == []


def test_both_halves_of_rtc_are_off_elsewhere(config):
    folder = Path(start(config, "ana").environment["JUPYTER_CONFIG_PATH"])
    page = json.loads((folder / "labconfig" / "page_config.json").read_text())
    server = json.loads((folder / "jupyter_server_config.json").read_text())
    assert page == {"disableRTC": True}
    assert server == {"ServerApp": {"jpserver_extensions": {"jupyter_server_ydoc": False}}}
    assert "JUPYTER_CONFIG_PATH" not in start(config, "maths-collab").environment


def test_the_files_that_the_configuration_names_are_there(config):
    group = start(config, "maths-collab")
    named = next(arg.partition("=")[2] for arg in group.args if arg.startswith("--config="))
    assert Path(named).is_file()
    assert (Path(group.environment["PYTHONPATH"]) / "rtc_members.py").is_file()


def test_a_servers_yes_is_short_and_its_imports_are_its_own(monkeypatch):
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    config = read(RECOMMENDED / "jupyter_server_config.py")
    # 0 would be for ever.
    assert 0 < config.HubOAuth.cache_max_age <= 5
    assert config.HubOAuth.allow_token_in_url is False
    assert config.RTCMembers.recheck_seconds <= 10
    assert config.RTCMembers.unreachable_seconds <= 60
