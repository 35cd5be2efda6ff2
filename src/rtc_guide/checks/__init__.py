"""Carrying out what pages declare: the pytest plugin, and the actions behind each role.

Here belongs whatever drives a browser. What a role means to a reader is in
`rtc_guide.pages.vocabulary`; what it does is here.
"""
