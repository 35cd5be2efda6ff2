"""What RTC and other accidents do to notebooks: finding it, telling it in words, mending it.

A leaf that uses nothing else of `rtc_guide`. What reads and mends texts (`diagnosis`, `mending` and
what they import) is pure Python on nbformat, knows no files and also runs in the reader's browser.
Files are in `files`, the command's words in `telling`, differences by nbdime in `comparing`.
"""
