"""The notebook doctor in a page of the book: a reader's file is examined in their own browser.

What belongs here shows `rtc_guide.doctor` in a page: `extension` is the Sphinx extension with the
`doctor` directive, `archive` packs the doctor's own files into the site, `consultation` is what the
page's script calls in the browser's Python, which is the one that `rtc_guide.lite` put there.
"""
