"""What tries each claim, on real servers of real users: the claims' other half.

`registry` holds which function tries which claim on which ways of sharing; `ways` sets each
way of sharing up; `people` act; the other modules are the trials, one module for each matter.
"""
