"""Licences of what is handed on: of each package that is named, whole, or an error."""

from importlib.metadata import distribution

import pytest

from rtc_guide.licences import LicenceMissing, licences_of
from rtc_guide.lite import extension as lite
from rtc_guide.page_weight import extension as page_weight


@pytest.mark.parametrize("names", [lite.HANDED_ON, page_weight.HANDED_ON])
def test_each_package_that_is_named_has_a_licence(names):
    told = licences_of(names)
    for name in names:
        found = distribution(name)
        assert f"{found.name} {found.version}\n" in told


def test_a_package_without_a_licence_is_named(tmp_path, monkeypatch: pytest.MonkeyPatch):
    info = tmp_path / "mine-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (info / "RECORD").write_text("mine-1.0.dist-info/METADATA,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(LicenceMissing, match="mine"):
        licences_of(["mine"])
