"""What becomes of what people type into one notebook while something goes wrong around them.

`schedule` says who does what, and what goes wrong when; `cases` are the schedules that pages tell
of; `writer`, `client`, `alone` and `tab` are people at their notebooks; `server` is the JupyterLab
that fails them; `running` plays schedules, `damage` judges what is left of what was typed, and
`shrinking` makes a schedule that does damage as short as it can be.
"""
