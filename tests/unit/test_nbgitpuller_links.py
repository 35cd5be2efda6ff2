"""The script of the form for nbgitpuller links, in Node: links made, links taken apart."""

from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

HUB = "https://hub.example.edu"
COURSE = "https://github.com/example/course"
PULL = f"{HUB}/hub/user-redirect/git-pull?"
FIELDS = {"hub": HUB, "repository": COURSE, "branch": "main", "file": "a.ipynb", "opensIn": "lab"}


@pytest.fixture
def make(nbgitpuller_links):
    return lambda **fields: nbgitpuller_links("makeLink", FIELDS | fields)


@pytest.fixture
def read(nbgitpuller_links):
    return lambda link: nbgitpuller_links("readLink", link)


REPO = "repo=https%3A%2F%2Fgithub.com%2Fexample%2Fcourse"
LAB = "&urlpath=lab%2Ftree%2Fcourse"
# The same within another address.
NESTED = f"git-pull%3F{REPO.replace('%', '%25')}"


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ({}, f"{REPO}&branch=main{LAB}%2Fa.ipynb"),
        ({"branch": "", "file": ""}, f"{REPO}{LAB}"),
        (
            {"branch": "", "file": "b", "opensIn": "classic"},
            f"{REPO}&urlpath=nbclassic%2Ftree%2Fcourse%2Fb",
        ),
        (
            {"opensIn": "notebook"},
            f"{REPO}&branch=main&urlpath=notebooks%2Fcourse%2Fa.ipynb",
        ),
        (
            {"opensIn": "classic"},
            f"{REPO}&branch=main&urlpath=nbclassic%2Fnotebooks%2Fcourse%2Fa.ipynb",
        ),
        (
            {"opensIn": "retro"},
            f"{REPO}&branch=main&urlpath=retro%2Fnotebooks%2Fcourse%2Fa.ipynb",
        ),
        # Encoded once for the address that the browser goes to, once more within the link.
        (
            {"branch": "", "file": "Übung 1/Q&A #2?.ipynb"},
            f"{REPO}{LAB}%2F%25C3%259Cbung%25201%2FQ%2526A%2520%25232%253F.ipynb",
        ),
        ({"branch": "", "file": "100%"}, f"{REPO}{LAB}%2F100%2525"),
        # Folders of the repository, however they are written.
        ({"branch": "", "file": "./b//c/"}, f"{REPO}{LAB}%2Fb%2Fc"),
        ({"branch": "", "file": "/b"}, f"{REPO}{LAB}%2Fb"),
        # The folder is called like the repository, without .git.
        (
            {"repository": f"{COURSE}.git", "branch": "", "file": ""},
            f"{REPO}.git&targetpath=course{LAB}",
        ),
        ({"repository": f" {COURSE}/ ", "branch": "", "file": ""}, f"{REPO}{LAB}"),
        ({"branch": "feature/ü&b", "file": ""}, f"{REPO}&branch=feature%2F%C3%BC%26b{LAB}"),
    ],
)
def test_a_link_is_encoded(make, fields, query):
    assert make(**fields)["link"] == PULL + query


@pytest.mark.parametrize(
    ("hub", "base"),
    [
        (HUB, HUB),
        (f"{HUB}/", HUB),
        (f"{HUB}/hub/home", HUB),
        (f"{HUB}/user/ada/lab/tree/x?token=1#y", HUB),
        (f"{HUB}/jupyter", f"{HUB}/jupyter"),
        (f"{HUB}/jupyter/hub/spawn?next=x", f"{HUB}/jupyter"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_a_hubs_address_may_be_what_the_browser_shows(make, hub, base):
    assert make(hub=hub)["link"].startswith(f"{base}/hub/user-redirect/git-pull?")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hub", "", "Write an address, such as https://hub.example.edu"),
        ("hub", "hub.example.edu", "begin with https://. Is it https://hub.example.edu?"),
        ("hub", "ftp://hub.example.edu", "has to begin with https://"),
        ("hub", "https://", "This is no address"),
        ("hub", "https://hub example edu", "no spaces"),
        ("hub", "https://ada:secret@hub.example.edu", "before the @"),
        ("hub", "https:hub.example.edu", "Is it https://hub.example.edu?"),
        ("hub", "localhost:8000", "Is it https://localhost:8000?"),
        ("repository", "", "Write an address, such as https://github.com/example/course"),
        ("repository", "example/course", "https://example/course"),
        (
            "repository",
            "git@github.com:example/course.git",
            "https://github.com/example/course.git",
        ),
        ("repository", "ssh://git@gitlab.com/a/b.git", "https://gitlab.com/a/b.git"),
        ("repository", "ssh://git@git.example.edu:2222/g/c.git", "https://git.example.edu/g/c.git"),
        ("repository", "git@github.com:2222/c.git", "https://github.com/2222/c.git"),
        ("repository", "https://x:y@github.com/example/course", "before the @"),
        ("repository", "https://github.com/", "name is missing"),
        ("repository", "https://example.org/.git", "name is missing"),
        ("repository", "https://github.com/example", "Add the name of one"),
        *(
            (
                "repository",
                f"https://github.com/{path}",
                "Add the name of one: https://github.com/x/",
            )
            for path in ("orgs/x/repositories", "orgs/x", "users/x/projects/1")
        ),
        ("repository", f"{COURSE}?tab=readme", "from “?” on"),
        ("repository", f"{COURSE}#readme", "from “#” on"),
        (
            "repository",
            f"{COURSE}/blob/main/b%20c/a.ipynb",
            f"Write {COURSE} here, main as the branch and b c/a.ipynb as the file.",
        ),
        ("repository", f"{COURSE}/pulls", f"Write {COURSE} here."),
        (
            "repository",
            "https://gitlab.com/a/b/c/-/tree/main/d",
            "Write https://gitlab.com/a/b/c here, main as the branch and d as the file.",
        ),
        ("branch", "a b", "No branch has “ ”"),
        ("branch", "a..b", "No branch has “..”"),
        ("branch", "-x", "No branch has “-”"),
        ("branch", "x.lock", "No branch has “.lock”"),
        ("file", f"{COURSE}/a.ipynb", "such as lessons/lesson.ipynb"),
        ("file", "b\\a.ipynb", "b/a.ipynb"),
        ("file", "../a.ipynb", "no “..”"),
    ],
)
def test_a_bad_field_is_told_what_to_do(make, field, value, said):
    made = make(**{field: value})
    assert "link" not in made
    assert list(made["problems"]) == [field]
    assert said in made["problems"][field]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "mailto:ada@example.edu", "https:"])
def test_what_cannot_become_an_address_is_not_asked_about(make, address):
    assert make(hub=address)["problems"] == {"hub": "The address has to begin with https://"}


FORGE = "https://git.example.edu/example/course"
BITBUCKET = "https://bitbucket.org/example/course"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        (
            "https://raw.githubusercontent.com/example/course/main/b/a.ipynb",
            f"{COURSE} here, main as the branch and b/a.ipynb as the file.",
        ),
        (
            f"{COURSE}/raw/refs/heads/main/a.ipynb",
            f"{COURSE} here, main as the branch and a.ipynb as the file.",
        ),
        (
            "https://nbviewer.org/github/example/course/blob/main/a.ipynb",
            f"{COURSE} here, main as the branch and a.ipynb as the file.",
        ),
        (
            "https://colab.research.google.com/github/example/course/blob/main/a.ipynb",
            f"{COURSE} here, main as the branch and a.ipynb as the file.",
        ),
        (
            "https://mybinder.org/v2/gh/example/course/main?urlpath=lab",
            f"{COURSE} here, main as the branch.",
        ),
        ("https://mybinder.org/v2/gh/example/course/HEAD", f"{COURSE} here."),
        (f"{COURSE}/blob/{COMMIT}/a.ipynb", f"{COURSE} here and a.ipynb as the file."),
        (f"{BITBUCKET}/src/main/", f"{BITBUCKET} here, main as the branch."),
        (f"{BITBUCKET}/commits/", f"{BITBUCKET} here."),
        (f"{FORGE}/src/branch/main", f"{FORGE} here, main as the branch."),
        (
            f"{FORGE}/src/branch/main/b/a.ipynb",
            f"{FORGE} here, main as the branch and b/a.ipynb as the file.",
        ),
        (f"{FORGE}/src/tag/v1/a.ipynb", f"{FORGE} here."),
        (f"{FORGE}/tree/main", f"{FORGE} here, main as the branch."),
    ],
)
def test_instead_of_a_page_of_files_the_repository_is_named(make, shown, written):
    assert make(repository=shown)["problems"]["repository"].endswith(f" Write {written}")


@pytest.mark.parametrize("shown", [f"{COURSE}/blob/one/a.ipynb", f"{FORGE}/-/tree/one/b"])
def test_where_a_branch_ends_is_not_said_for_sure(make, shown):
    problem = make(repository=shown)["problems"]["repository"]
    assert "one as the branch" in problem
    assert "if the branch has no “/”" in problem


@pytest.mark.parametrize(
    "shown",
    [
        "https://example.org/files/a.ipynb",
        "https://nbviewer.org/gist/ada/123",
        "https://mybinder.org/v2/gl/a%2Fb/main",
    ],
)
def test_a_file_is_no_repository(make, shown):
    assert "This is a file" in make(repository=shown)["problems"]["repository"]


@pytest.mark.parametrize("address", [BITBUCKET, FORGE, f"{FORGE}/src", "https://x.org/src/tree"])
def test_a_repository_is_taken_for_one(make, address):
    assert "link" in make(repository=address)


def test_every_bad_field_is_told_at_once(make):
    assert set(make(hub="", repository="", branch="?", file="..")["problems"]) == set(FIELDS) - {
        "opensIn"
    }


def test_a_name_that_looks_encoded_is_asked_about(make):
    assert make(file="b%20c")["notes"] == [
        "The “%” is taken for a part of the name. Did you mean “b c”?"
    ]


def test_what_retrolab_cannot_open_is_said(make):
    said = ["RetroLab doesn’t find a file with “#” in its name."]
    assert make(file="a#b.ipynb", opensIn="retro")["notes"] == said
    assert make(file="a#b.ipynb")["notes"] == []


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\\ufeff", exclude_categories=["Cc"]),
    min_size=1,
).filter(lambda name: name.strip() == name and name not in (".", ".."))
WORDS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,8}[A-Za-z0-9_]", fullmatch=True)


@given(
    st.lists(NAMES, max_size=3).filter(lambda path: "://" not in "/".join(path)),
    WORDS.filter(lambda name: ".git" not in name),
    st.booleans(),
    WORDS.filter(lambda name: ".." not in name and not name.endswith(".lock")) | st.just(""),
    st.sampled_from(["lab", "notebook", "classic", "retro"]),
)
def test_what_goes_into_a_link_comes_out(nbgitpuller_links, path, name, suffix, branch, opens_in):
    """Read by Python's own parser, and by the form's."""
    repository = f"https://git.example.org/{name}{'.git' * suffix}"
    fields = {
        "hub": HUB, "repository": repository, "branch": branch, "file": "/".join(path),
        "opensIn": opens_in,
    }  # fmt: skip
    link = nbgitpuller_links("makeLink", fields)["link"]
    query = {key: value for key, [value] in parse_qs(urlsplit(link).query).items()}
    assert query["repo"] == repository
    assert query.get("branch", "") == branch
    folder = query.get("targetpath", repository.rsplit("/", 1)[1])
    address = urlsplit(f"http://server/{query['urlpath']}")
    assert (address.query, address.fragment) == ("", "")
    assert unquote(address.path).endswith("/".join([folder, *path]))
    assert not folder.endswith(".git")

    found = nbgitpuller_links("readLink", link)
    assert {key: found[key] or "" for key in fields} == fields | {"hub": f"{HUB}/"}
    assert found["folder"] == folder


SAFE_LINKS = "https://nam02.safelinks.protection.outlook.com/?url="
SUBPATH = f"{PULL}{REPO}&branch=main&subPath=b/a.ipynb"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (
            SUBPATH,
            {"opens": "notebooks/course/b/a.ipynb", "file": "b/a.ipynb", "opensIn": "notebook"},
        ),
        (f"{SUBPATH}&app=lab", {"opens": "lab/tree/course/b/a.ipynb", "opensIn": "lab"}),
        (f"{PULL}{REPO}", {"opens": "tree/course/.", "file": "", "branch": None}),
        (f"{PULL}{REPO}&urlpath=/tree/course/a.ipynb", {"opensIn": "notebook", "file": "a.ipynb"}),
        (
            f"{PULL}{REPO}&urlPath=lab/tree/course/a.ipynb%3Fautodecode",
            {"opensIn": "lab", "file": "a.ipynb"},
        ),
        (f"{PULL}{REPO}&urlpath=lab/workspaces/x/tree/course", {"opensIn": "lab", "file": ""}),
        (
            f"{PULL}{REPO}&urlpath=retro/notebooks/course/a.ipynb",
            {"opensIn": "retro", "file": "a.ipynb"},
        ),
        (f"{PULL}{REPO}&urlpath=rstudio/", {"opensIn": None, "file": None, "opens": "rstudio/"}),
        (f"{PULL}{REPO}.git", {"folder": "course.git"}),
        (f"{PULL}{REPO}/", {"folder": "course"}),
        (f"{PULL}{REPO}&targetPath=mine&subpath=b", {"folder": "mine", "opens": "tree/mine/b"}),
        (f"{PULL}{REPO}&backup=false&urlpath=lab", {"opens": ""}),
        (f"{HUB}/jupyter/hub/user-redirect/git-sync?{REPO}", {"hub": f"{HUB}/jupyter/"}),
        (f"{HUB}/user-redirect/git-pull?{REPO}", {"hub": f"{HUB}/"}),
        (
            f"{HUB}/hub/user-redirect/interact?repo=textbook&path=a.ipynb",
            {
                "repository": "https://github.com/data-8/textbook",
                "branch": "gh-pages",
                "opens": "notebooks/textbook/a.ipynb",
            },
        ),
        (
            f"{HUB}/hub/lti/launch?next=%2Fhub%2Fuser-redirect%2F{NESTED}",
            {"repository": COURSE, "hub": f"{HUB}/"},
        ),
        (f"https://mybinder.org/v2/gh/a/b/main?urlpath={NESTED}", {"repository": COURSE}),
        (
            f"{SAFE_LINKS}{quote(PULL + REPO, safe='')}&data=5",
            {"repository": COURSE, "hub": f"{HUB}/"},
        ),
        (
            f"https://www.google.com/url?q={quote(f'{HUB}/hub/login?next=%2F{NESTED}', safe='')}",
            {"repository": COURSE},
        ),
        ("http://127.0.0.1:8888/git-pull?repo=https://x.org/course", {"folder": "course"}),
    ],
)
def test_a_link_is_taken_apart(read, link, expected):
    found = read(link)
    assert {key: found[key] for key in expected} == expected
    assert found["summary"]
    assert all(part["says"] for part in found["parts"])


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("hello", "one begins with https://"),
        ("javascript:alert(1)", "one begins with https://"),
        (COURSE, "the address of a repository"),
        (f"{HUB}/user/ada/lab/tree/a.ipynb", "no “git-pull”"),
        (f"{PULL}branch=main", "no repo="),
        (f"{HUB}/hub/login?next=http://[/git-pull?repo=x", "What follows “next=”"),
        (f"{HUB}/hub/login?next=javascript:git-pull?repo=x", "What follows “next=”"),
        (f"https://urldefense.com/v3/__{PULL}{REPO}__;!!a", "a mail program"),
        ("https://urldefense.com/v2/url?u=https-3A__x.org_git-2Dpull-3Frepo", "a mail program"),
    ],
)
def test_what_is_no_link_is_told_so(read, link, said):
    assert said in read(link)["problem"]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (f"{HUB}/user/ada/git-pull?{REPO}&branch=main&urlpath=lab/tree/course", "server of “ada”"),
        (f"{PULL}{REPO}&urlpath=lab/tree/course", "Without a branch"),
        (
            f"{PULL}{REPO}.git&branch=main&urlpath=lab/tree/course/a.ipynb",
            "folder “course.git”, but",
        ),
        (f"{PULL}{REPO}&branch=main&urlpath=lab/tree/course/a#1.ipynb", "“#1.ipynb”"),
        (f"{PULL}{REPO}&branch=main&urlpath=lab/tree/course/a%231.ipynb", "there it is %23"),
        (f"{PULL}{REPO}&branch=main&urlpath=lab/tree/course&token=abc", "A token is in this link"),
        (f"{PULL}repo=https://a:b@x.org/c&branch=main&urlpath=lab/tree/c", "a password in it"),
        (
            f"{PULL}repo=git@github.com:x/y.git&branch=main&urlpath=lab/tree/y.git",
            "a key for this repository’s address. Try https://github.com/x/y.git",
        ),
        (
            f"{PULL}repo=ssh://git@x.org:22/y/z&branch=main&urlpath=lab/tree/z",
            "Try https://x.org/y/z",
        ),
        (f"{PULL}{REPO}&branch=main&urlpath=lab/tree/course&backup=false", "Any backup="),
        (f"{PULL}{REPO}&branch=main&subPath=a&app=lab", "an old form"),
        (f"{PULL}{REPO}&branch=main&urlpath=nbclassic/tree/course", "can’t work together"),
    ],
)
def test_what_is_doubtful_in_a_link_is_said(read, link, said):
    (caution,) = read(link)["cautions"]
    assert said in caution


def test_a_link_of_the_form_is_beyond_doubt(make, read):
    assert read(make(repository=f"{COURSE}.git")["link"])["cautions"] == []


@pytest.mark.parametrize(
    ("link", "said"),
    [
        (f"{PULL}{REPO}&targetpath=mine{LAB}", "folder “mine”, not “course”"),
        (f"{PULL}{REPO}.git{LAB}.git", "folder “course.git”, not “course”"),
        (f"{PULL}{REPO}{LAB}&depth=1", "it has depth=1"),
        (f"{PULL}{REPO}{LAB}&backup=true", "it has backup=true"),
        (f"{HUB}/hub/user-redirect/second/git-pull?{REPO}{LAB}", "a named server, “second”"),
        (f"{HUB}/user/ada/second/git-pull?{REPO}{LAB}", "a named server, “second”"),
        (f"https://mybinder.org/v2/gh/a/b/main?urlpath={NESTED}", "to a Binder"),
        (f"https://binder.example.edu/v2/gh/a/b/main?urlpath={NESTED}", "to a Binder"),
        (f"https://hub.mybinder.org/user/a-b-1/git-pull?{REPO}{LAB}", "to a Binder"),
        (f"http://localhost:8888/git-pull?{REPO}{LAB}", "not through a hub"),
        (
            f"{HUB}/hub/lti/launch?custom_next=%2Fhub%2Fuser-redirect%2F{NESTED}",
            "by way of /hub/lti/launch",
        ),
        *(
            (f"{PULL}{REPO}&urlpath={quote(opens, safe='')}", f"it opens “{opens}”")
            for opens in (
                "rstudio/",
                "lab/tree/elsewhere",
                "doc/tree/course/a.ipynb",
                "edit/course/a.py",
                "lab/workspaces/x/tree/course",
                "lab/tree/course/a.ipynb?reset",
                "lab/tree/course/a.ipynb#part",
                "nbclassic/tree/course/a.ipynb",
            )
        ),
    ],
)
def test_what_the_form_cannot_make_is_said(read, link, said):
    assert said in read(link)["beyondForm"]


@given(
    st.sampled_from(
        [
            PULL,
            f"{HUB}/jupyter/hub/user-redirect/git-sync?",
            f"{HUB}/user-redirect/second/git-pull?",
            f"{HUB}/user-redirect/interact?",
            "http://localhost:8888/git-pull?",
        ]
    ),
    st.fixed_dictionaries(
        {"repo": st.sampled_from([COURSE, f"{COURSE}.git", f"{COURSE}/", "course"])},
        optional={
            "branch": st.sampled_from(["main", "ü&b"]),
            "targetpath": st.sampled_from(["course", "course/", "mine"]),
            "urlpath": st.sampled_from(
                [
                    "lab/tree/course/a.ipynb",
                    "/tree/course/a.ipynb",
                    "lab/tree/course/%C3%9C%23?autodecode",
                    "retro/tree/mine",
                    "lab",
                ]
            ),
            "subPath": st.sampled_from(["a b.ipynb", "b/", "/b"]),
            "app": st.just("lab"),
            "depth": st.just("1"),
        },
    ),
)
def test_what_the_form_makes_of_a_link_does_the_same(nbgitpuller_links, start, query):
    """Or it says what is wrong with it; or says, before it is asked to, that it can't."""
    found = nbgitpuller_links("readLink", start + urlencode(query))
    if found["beyondForm"]:
        return
    fields = {name: found[name] or "" for name in FIELDS}
    made = nbgitpuller_links("makeLink", fields)
    if "problems" in made:
        return
    again = nbgitpuller_links("readLink", made["link"])
    assert again["repository"] == found["repository"].rstrip("/")
    for what in ("hub", "branch", "opensIn", "file", "beyondForm"):
        assert again[what] == found[what]
    assert again["folder"] == found["folder"].rstrip("/")
    effects = [
        [
            (part["name"], part["value"])
            for part in link["parts"]
            if part["name"] in ("Whose server", "depth") and "no notice" not in part["says"]
        ]
        for link in (found, again)
    ]
    assert effects[0] == effects[1]


@pytest.mark.parametrize(
    "link",
    [
        f"{PULL}{REPO}&targetpath=course{LAB}%3Fautodecode",
        f"{PULL}{REPO}&urlpath=tree/course/a.ipynb",
        f"{HUB}/hub/user-redirect/interact?repo=textbook&path=a.ipynb",
        f"{HUB}/hub/login?next=%2Fhub%2Fuser-redirect%2F{NESTED}",
        f"{SAFE_LINKS}{quote(PULL + REPO, safe='')}",
        # A caution says that these are to be mended, as the form does.
        f"{HUB}/user/ada/git-pull?{REPO}{LAB}",
        f"{PULL}{REPO}{LAB}&token=abc",
    ],
)
def test_what_the_form_can_make_is_not_refused(read, link):
    assert read(link)["beyondForm"] == ""


def test_what_is_not_nbgitpullers_is_called_so(read):
    (part,) = [part for part in read(f"{PULL}{REPO}&utm=1")["parts"] if part["name"] == "utm"]
    assert "no notice" in part["says"]
