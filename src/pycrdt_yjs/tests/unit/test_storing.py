"""What is kept in the cache is there completely or not at all."""

import pytest

from pycrdt_yjs import storing


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(storing, "cache_folder", lambda: tmp_path)
    return tmp_path


def test_it_is_made_once():
    made = []

    def fill(place):
        made.append(place)
        (place / "file").write_text("content")

    folders = {storing.keep("kind", "digest", fill) for _ in range(2)}
    assert len(made) == 1
    assert (folders.pop() / "file").read_text() == "content"


def test_nothing_is_left_of_what_was_interrupted(cache):
    def fill(place):
        (place / "half").write_text("")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storing.keep("kind", "digest", fill)
    assert list((cache / "kind").iterdir()) == []


def test_another_process_may_be_faster(cache):
    def fill(place):
        storing.keep("kind", "digest", lambda other: (other / "file").write_text("same"))
        (place / "file").write_text("same")

    assert (storing.keep("kind", "digest", fill) / "file").read_text() == "same"
    assert len(list((cache / "kind").iterdir())) == 1
