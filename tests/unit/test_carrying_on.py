"""What others run for the project: its files fit their schemas, and do what `make` does.

Nothing here asks GitHub: schemas come with check-jsonschema, and a step that tells GitHub something
is run with a `gh` of the test's own, which notes what it is asked to do.
"""

import os
import re
import shutil
import subprocess
import sys
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
# Actions of GitHub's own, by their major version, and ours.
USED = re.compile(r"(actions/[\w-]+@v\d+|\./\.github/actions/\w+)?")
WATCH = ROOT / ".github" / "workflows" / "watch.yml"


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
            assert re.fullmatch(
                r"actions/[\w-]+@v\d+|\./\.github/actions/\w+|", step.get("uses", "")
            )


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
esac
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="GitHub runs the step by bash")
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
    jobs = yaml.safe_load(WATCH.read_text("utf-8"))["jobs"]
    (step,) = commands_in(jobs["tell"])
    gh = tmp_path / "gh"
    gh.write_text(GH)
    gh.chmod(0o755)
    (tmp_path / "issue.md").write_text(found)
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            "OPEN": number, "BODY": body, "RUN": "RUN",
        },
        check=True,
    )  # fmt: skip
    done = (tmp_path / "asked").read_text().splitlines()
    changes = [each for each in done if not each.startswith(("issue list", "issue view"))]
    assert len(changes) == len(asked)
    assert all(did.startswith(wanted) for did, wanted in zip(changes, asked, strict=True))
