"""The form for nbgitpuller links: filled in by keyboard, told what is wrong; without a script."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

WIDTHS = {"wide": 1280, "narrow": 360}


@pytest.fixture
def form(page: Page, site) -> Page:
    page.goto(f"{site}book/share.html")
    expect(page.get_by_role("group", name="Make a link")).to_be_visible()
    return page


def example(page: Page) -> str:
    """The link that the page shows to everybody."""
    return page.locator("pre", has_text="git-pull").inner_text().strip()


def test_filled_in_by_keyboard_it_makes_the_pages_own_example_and_copies_it(form: Page):
    form.context.grant_permissions(["clipboard-read", "clipboard-write"])
    form.get_by_label("Your hub’s address").focus()
    for text in (
        "https://hub.example.edu/hub/home",
        "https://github.com/example/course",
        "main",
        "lessons/lesson.ipynb",
    ):
        form.keyboard.type(text)
        form.keyboard.press("Tab")
    expect(form.get_by_label("Open it in")).to_be_focused()
    expect(form.get_by_label("Your link")).to_have_value(example(form))
    form.keyboard.press("Tab")
    form.keyboard.press("Tab")
    form.keyboard.press("Enter")
    expect(form.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert form.evaluate("navigator.clipboard.readText()") == example(form)


# What a screen reader reads out: all of the region in which something changes, as it is then.
LISTEN = """() => {
    window.said = [];
    new MutationObserver((changes) => {
        const regions = changes.map(({ target }) => target.closest("[role=status]"));
        for (const region of new Set(regions)) if (region) said.push(region.textContent.trim());
    }).observe(document.body, { childList: true, subtree: true });
}"""


def test_a_bad_field_is_read_out_when_it_is_left_and_not_at_each_letter(form: Page):
    form.evaluate(LISTEN)
    form.get_by_label("Your hub’s address").focus()
    form.keyboard.type("hub.example.edu")
    form.keyboard.press("Tab")
    problem = "The address has to begin with https://. Is it https://hub.example.edu?"
    expect(form.get_by_role("status").filter(has_text=problem)).to_be_visible()
    form.keyboard.press("Shift+Tab")
    form.keyboard.press("End")
    form.keyboard.type("/hub")
    assert form.evaluate("said") == [problem]
    form.keyboard.press("Tab")
    expect(form.get_by_role("status").filter(has_text="edu/hub?")).to_be_visible()


def test_what_each_student_gets_is_read_out_once(form: Page):
    form.get_by_label("Your hub’s address").fill("https://hub.example.edu")
    form.evaluate(LISTEN)
    form.get_by_label("The repository’s address").fill("https://github.com/example/course")
    form.get_by_label("File or folder to open").focus()
    form.keyboard.type("a-file-of-some-length")
    expect(form.get_by_label("Your link")).to_have_value(re.compile("length$"))
    assert form.evaluate("said") == ["Each student gets the folder “course”."]


def test_all_of_what_is_wrong_with_a_link_is_read_out(form: Page):
    form.evaluate(LISTEN)
    given = form.get_by_label("A link you have")
    given.fill("https://github.com/example/course")
    given.fill("https://hub.example.edu/user/ada/git-pull?repo=https://x.org/y&token=x&depth=1")
    problem, found = form.evaluate("said")
    assert problem.startswith("This is the address of a repository.")
    for part in (
        "Opens the folder y",
        "Everybody is sent to the server of “ada”",
        "A token is in this link",
        "The form above can’t make this link: it has depth=1.",
    ):
        assert part in found


def test_a_link_that_the_form_cannot_make_does_not_go_there(form: Page):
    given = form.get_by_label("A link you have")
    given.fill("https://hub.example.edu/hub/user-redirect/git-pull?repo=https://x.org/y")
    over = form.get_by_role("button", name="Put it into the form above")
    expect(over).to_be_visible()
    given.press("End")
    form.keyboard.type("&targetpath=mine")
    expect(over).to_be_hidden()
    expect(form.get_by_role("status").filter(has_text="can’t make this link")).to_be_visible()
    given.fill("no link")
    expect(over).to_be_hidden()
    expect(form.get_by_text("can’t make this link")).to_have_count(0)


def test_a_bad_field_is_told_once_it_is_left_and_no_longer_once_it_is_good(form: Page):
    hub = form.get_by_label("Your hub’s address")
    hub.fill("hub.example.edu")
    expect(hub).not_to_have_attribute("aria-invalid", "true")
    hub.blur()
    expect(hub).to_have_attribute("aria-invalid", "true")
    expect(hub).to_have_accessible_description(
        "As your browser shows it on the hub; what comes after “/hub/” or “/user/” is left out. "
        "The address has to begin with https://. Is it https://hub.example.edu?"
    )
    hub.fill("https://hub.example.edu")
    expect(hub).not_to_have_attribute("aria-invalid", "true")


def test_copying_too_early_leads_to_the_first_bad_field(form: Page):
    form.get_by_role("button", name="Copy the link").click()
    expect(form.get_by_label("Your hub’s address")).to_be_focused()
    expect(form.locator("[aria-invalid]")).to_have_count(2)


def test_where_copying_is_not_allowed_the_link_is_selected(form: Page):
    form.get_by_label("Your hub’s address").fill("https://hub.example.edu")
    form.get_by_label("The repository’s address").fill("https://github.com/example/course")
    devtools = form.context.new_cdp_session(form)
    here = devtools.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    denied = {"permission": {"name": "clipboard-write"}, "setting": "denied"}
    devtools.send("Browser.setPermission", denied | {"browserContextId": here})
    form.keyboard.press("Enter")
    expect(form.get_by_role("status").filter(has_text="by the keyboard")).to_be_visible()
    link = form.get_by_label("Your link")
    selected = link.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)")
    assert selected == link.input_value() != ""


def test_an_old_link_is_taken_apart_and_made_anew(form: Page):
    form.get_by_label("A link you have").fill(
        "https://hub.example.edu/hub/user-redirect/git-pull"
        "?repo=https://github.com/example/course&branch=main&subPath=lessons/lesson.ipynb&app=lab"
    )
    reading = form.get_by_role("group", name="Take a link apart")
    expect(reading.get_by_role("status")).to_contain_text(
        "Opens lessons/lesson.ipynb in JupyterLab."
    )
    expect(reading.get_by_role("term").filter(has_text="subPath")).to_be_visible()
    expect(reading.get_by_role("listitem")).to_have_text(
        [r"This is an old form, which a later nbgitpuller may not know."]
    )
    reading.get_by_role("button", name="Put it into the form above").click()
    expect(form.get_by_label("Your link")).to_have_value(example(form))
    expect(form.get_by_label("Your hub’s address")).to_be_focused()


def test_what_is_no_link_is_told_at_its_field(form: Page):
    given = form.get_by_label("A link you have")
    given.fill("https://github.com/example/course")
    expect(given).to_have_accessible_description(
        "Paste it; below you see what each part of it does. "
        "This is the address of a repository. A link for students has “git-pull” in it."
    )
    given.fill("")
    expect(given).not_to_have_attribute("aria-invalid", "true")


def test_nothing_is_sent_and_nothing_kept(form: Page):
    asked: list[str] = []
    form.on("request", lambda request: asked.append(request.url))
    form.get_by_label("Your hub’s address").fill("https://hub.example.edu")
    form.get_by_label("The repository’s address").fill("https://github.com/example/course")
    form.get_by_label("A link you have").fill("https://hub.example.edu/git-pull?repo=x")
    expect(form.get_by_label("Your link")).not_to_have_value("")
    # Pictures are fetched once they are near what is seen.
    assert [url for url in asked if "/_images/" not in url] == []
    kept = form.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "example" not in kept
    form.reload()
    expect(form.get_by_label("Your hub’s address")).to_have_value("")
    assert "example" not in form.url


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_full_of_what_is_wrong_it_bars_nobody_and_fits(form: Page, barriers, scheme, width):
    form.emulate_media(color_scheme=scheme)
    form.wait_for_function("it => document.documentElement.dataset.theme == it", arg=scheme)
    form.set_viewport_size({"width": width, "height": 800})
    form.get_by_label("The repository’s address").fill(f"https://{'long' * 40}/ a")
    form.get_by_label("Branch").fill("a b")
    form.get_by_role("button", name="Copy the link").click()
    form.get_by_label("A link you have").fill(
        f"https://hub.example.edu/user/ada/git-pull?repo=https://a:b@x.org/{'long' * 40}&token=x"
    )
    expect(form.locator(".cautions li")).not_to_have_count(0)
    assert barriers(form, scheme, ".nbgitpuller-form") == []
    assert form.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_scripts_there_is_the_example_and_no_dead_form(browser: Browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}book/share.html")
    expect(page.locator("pre", has_text="git-pull")).to_be_visible()
    expect(page.locator(".nbgitpuller-form")).to_be_hidden()
    context.close()


def test_it_works_from_a_disk(page: Page, built):
    page.goto((built / "book" / "share.html").as_uri())
    page.get_by_label("Your hub’s address").fill("https://hub.example.edu")
    page.get_by_label("The repository’s address").fill("https://github.com/example/course")
    expect(page.get_by_label("Your link")).to_have_value(
        "https://hub.example.edu/hub/user-redirect/git-pull"
        "?repo=https%3A%2F%2Fgithub.com%2Fexample%2Fcourse&urlpath=lab%2Ftree%2Fcourse"
    )


def test_its_scripts_are_on_its_page_only(built):
    with_them = {
        page.relative_to(built).as_posix()
        for page in built.glob("book/**/*.html")
        if "nbgitpuller-links.js" in page.read_text(encoding="utf-8")
    }
    assert with_them == {"book/share.html"}
