"""What others run for the project: its files fit their schemas, and do what `make` does.

Nothing here asks GitHub: schemas come with check-jsonschema, and a step that tells GitHub something
is run with a `gh` of the test's own, which notes what it is asked to do.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner, Result

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
SCHEMAS = {
    hook["files"]: hook["entry"].split()[-1]
    for hook in HOOKS
    if "check-jsonschema" in hook["entry"]
}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# What has no schema: Markdown for people.
FOR_OTHERS = [
    ROOT / ".readthedocs.yaml",
    *sorted(path for path in (ROOT / ".github").rglob("*.y*ml") if path.is_file()),
]
TOLD_IN_WORDS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / ".github" / "pull_request_template.md",
    *sorted((ROOT / "book").rglob("*.md")),
]
# A command, with its options and variables: `make --silent drift ARGS=drift`.
WORD = r"""-[\w-]+|[A-Z]+=(?:"[^"]*"|[^\s"`]*)|[a-z][a-z.-]*"""
MAKE = re.compile(rf"\bmake((?: +(?:{WORD}))+)")
# In words for people, what is between backticks, or follows a prompt.
QUOTED = re.compile(r"`(make [^`\n]+)`|^\$ (make .+)$", re.MULTILINE)
# Actions of GitHub's own, by their major version, PyPI's, and ours.
USED = re.compile(
    r"(actions/[\w-]+@v\d+|pypa/gh-action-pypi-publish@release/v1|\./\.github/actions/\w+)?"
)
RELEASE, RENEW, WATCH = (
    ROOT / ".github" / "workflows" / f"{name}.yml" for name in ("release", "renew", "watch")
)
PACKAGES = (ROOT / "pyproject.toml", ROOT / "src" / "pycrdt_yjs" / "pyproject.toml")


def schema_of(file: Path) -> list[str]:
    place = file.relative_to(ROOT).as_posix()
    return [schema for pattern, schema in SCHEMAS.items() if re.search(pattern, place)]


def validate(schema: str, file: Path) -> Result:
    return CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, str(file)])


def commands_in(told: object) -> Iterator[str]:
    """Yield what a settings file has a shell run."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key == "run" and isinstance(value, str):
                yield value
            elif key == "commands" and isinstance(value, list):
                yield from value
            else:
                yield from commands_in(value)
    elif isinstance(told, list):
        for each in told:
            yield from commands_in(each)


def targets_in(command: str) -> list[str]:
    return [
        word
        for match in MAKE.finditer(command)
        for word in re.findall(WORD, match[1])
        if not word.startswith("-") and "=" not in word
    ]


def known_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("file", FOR_OTHERS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_file_fits_its_schema(file: Path):
    (schema,) = schema_of(file)
    done = validate(schema, file)
    assert done.exit_code == 0, done.output


def test_a_file_that_does_not_fit_is_refused(tmp_path: Path):
    file = tmp_path / "test.yml"
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    file.write_text(text.replace("runs-on:", "runs-in:"))
    done = validate("vendor.github-workflows", file)
    assert done.exit_code == 1
    assert "runs-in" in done.output


def test_whatever_others_run_is_a_make_target_that_exists():
    run = {
        target
        for file in FOR_OTHERS
        for command in commands_in(yaml.safe_load(file.read_text("utf-8")))
        for target in targets_in(command)
    }
    assert {"test", "build", "check", "watch", "drift", "rounds", "links", "lock"} <= run
    assert run <= known_targets()


def test_whatever_people_are_told_to_run_is_a_make_target_that_exists():
    told = {
        (file.relative_to(ROOT).as_posix(), target)
        for file in TOLD_IN_WORDS
        for quoted in QUOTED.finditer(file.read_text("utf-8"))
        for target in targets_in(quoted[1] or quoted[2])
    }
    assert ("README.md", "serve") in told
    assert {each for each in told if each[1] not in known_targets()} == set()


@pytest.mark.parametrize(
    ("command", "targets"),
    [
        ("make nonsense", ["nonsense"]),
        ('echo "names=$(make --silent names)" >> "$GITHUB_OUTPUT"', ["names"]),
        ('make check ARGS="--stack x --json results/x.json"', ["check"]),
        ('A="$B" make -j2 rounds links > out', ["rounds", "links"]),
        ("make lock ARGS=--upgrade", ["lock"]),
    ],
)
def test_a_target_is_found_in_a_command(command, targets):
    assert targets_in(command) == targets


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_may_do_no_more_than_it_needs(file: Path):
    """To read is the rule; a job that writes says so itself, and runs nothing of ours."""
    workflow = yaml.safe_load(file.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "timeout-minutes" in job
        if "write" in job.get("permissions", {}).values():
            assert not [target for each in commands_in(job) for target in targets_in(each)]
        for step in job["steps"]:
            assert USED.fullmatch(step.get("uses", ""))


def test_every_package_lock_is_watched():
    settings = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))
    (watched,) = (
        each["directories"] for each in settings["updates"] if each["package-ecosystem"] == "npm"
    )
    listed = subprocess.run(
        ["git", "ls-files", "*package-lock.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert sorted(watched) == sorted(f"/{Path(each).parent.as_posix()}" for each in listed)


def test_the_hooks_can_be_read():
    command = [sys.executable, "-m", "pre_commit", "validate-config"]
    subprocess.run(command, cwd=ROOT, check=True)


GH = """\
#!/bin/sh
echo "$@" >> asked
case "$1 $2" in
  "issue list") echo "$OPEN" ;;
  "issue view") printf '%s\\n' "$BODY" ;;
  "pr list") echo "$OPEN" ;;
  "pr create") [ -z "$REFUSED" ] ;;
esac
"""


def run_step(step: str, folder: Path, **environment: str) -> tuple[str, list[str], int]:
    """Run a step as GitHub does; return what it said, what it asked GitHub to do, its status."""
    for name, script in (("gh", GH), ("git", "#!/bin/sh\n")):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step],
        cwd=folder,
        env={"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    asked = folder / "asked"
    said = asked.read_text().splitlines() if asked.exists() else []
    changes = [
        each for each in said if not each.startswith(("issue list", "issue view", "pr list"))
    ]
    return done.stdout, changes, done.returncode


def step_that_tells(workflow: Path, job: str) -> str:
    (step,) = commands_in(yaml.safe_load(workflow.read_text("utf-8"))["jobs"][job])
    return step


BASH = pytest.mark.skipif(not shutil.which("bash"), reason="GitHub runs the step by bash")


@BASH
@pytest.mark.parametrize(
    ("found", "number", "body", "asked"),
    [
        ("", "", "", []),
        ("", "7", "old", ["issue close 7 --comment Nothing is left to do: RUN"]),
        ("new\n", "", "", ["label create drift", "issue create --label drift"]),
        ("new\n", "7", "old", ["issue edit 7 --body-file issue.md", "issue comment 7"]),
        ("same\n", "7", "same", []),
    ],
    ids=["all holds", "holds again", "first", "other findings", "same findings"],
)
def test_there_is_one_issue_and_it_says_what_is_so_today(
    tmp_path: Path, found, number, body, asked
):
    (tmp_path / "issue.md").write_text(found)
    step = step_that_tells(WATCH, "tell")
    _, changes, status = run_step(step, tmp_path, OPEN=number, BODY=body, RUN="RUN")
    assert status == 0
    assert len(changes) == len(asked)
    assert all(did.startswith(wanted) for did, wanted in zip(changes, asked, strict=True))


@BASH
@pytest.mark.parametrize(
    ("patch", "number", "refused", "asked", "status"),
    [
        ("", "", "", [], 0),
        ("new", "", "", ["pr create --head renew"], 0),
        ("new", "8", "", ["pr edit 8 --body"], 0),
        ("new", "", "1", ["pr create --head renew"], 1),
    ],
    ids=["nothing newer", "first", "open already", "not allowed"],
)
def test_newer_tools_are_proposed_once_and_a_missing_permission_is_named(
    tmp_path: Path, patch, number, refused, asked, status
):
    (tmp_path / "renewed.patch").write_text(patch)
    step = step_that_tells(RENEW, "propose")
    told = {"OPEN": number, "REFUSED": refused, "TEST": "success", "RUN": "RUN"}
    said, changes, ended = run_step(step, tmp_path, **told)
    assert ended == status
    assert len(changes) == len(asked)
    assert all(did.startswith(wanted) for did, wanted in zip(changes, asked, strict=True))
    setting = "Allow GitHub Actions to create and approve pull requests"
    assert (setting in said) == bool(refused)
    assert setting in " ".join((ROOT / "README.md").read_text("utf-8").split())


def test_a_release_is_what_make_dist_builds_and_each_package_has_its_environment():
    jobs = yaml.safe_load(RELEASE.read_text("utf-8"))["jobs"]
    assert list(commands_in(jobs["build"])) == ["make dist"]
    assert list(commands_in(jobs["publish"])) == []
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    packages = jobs["publish"]["strategy"]["matrix"]["package"]
    named = [tomllib.loads(file.read_text("utf-8"))["project"]["name"] for file in PACKAGES]
    assert sorted(packages) == sorted(named)
    built = {
        step["with"]["name"]: step["with"]["path"]
        for step in jobs["build"]["steps"]
        if "upload-artifact" in step.get("uses", "")
    }
    assert built == {name: f"dist/{name.replace('-', '_')}-*" for name in named}
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in named:
        assert jobs["publish"]["environment"]["name"].replace("${{ matrix.package }}", name) in {
            f"pypi-{each}" for each in named if f"`pypi-{each}`" in readme
        }


def test_a_form_gives_no_label_that_nothing_creates():
    """GitHub drops a label that the repository doesn't have, without a word."""
    forms = (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")
    assert [each for each in forms if "labels" in yaml.safe_load(each.read_text("utf-8"))] == []
