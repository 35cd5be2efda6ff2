"""The announcement is copied as it is to be sent: a line for each paragraph, however narrow."""

from playwright.sync_api import Page, expect


def test_its_copy_has_a_line_for_each_paragraph(page: Page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}book/announcement.html")
    text = page.locator(".highlight", has_text="Subject:")
    text.hover()
    text.get_by_role("button", name="Copy").click()
    expect(text.get_by_role("button")).to_have_attribute("data-tooltip", "Copied!")
    subject, *paragraphs = page.evaluate("navigator.clipboard.readText()").strip().split("\n\n")
    assert subject.startswith("Subject: ")
    assert len(paragraphs) == 6
    assert all("\n" not in paragraph for paragraph in paragraphs)
