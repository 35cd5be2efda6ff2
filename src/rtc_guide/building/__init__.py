"""Building the book again only where something has changed, and all of it where that isn't certain.

Here belongs what decides how much is to be built: `inputs` tells what a site is made of, `record`
keeps what the last whole one was made of, `shared` tells what pages know of each other, `extension`
has all pages written where that has changed, `running` is the build itself, in a `process` of its
own that is started ahead of it, and `watching` builds whenever something is saved. Nothing in here
knows what a page says.
"""
