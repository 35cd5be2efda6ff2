"""What a page of the built book has a browser fetch: no more than that page uses.

Here belongs what leaves out, or makes smaller, files of the theme and of extensions, by Sphinx's
own means: `assets` says which scripts and styles a page needs, `icons` makes a font and a style of
the icons that are used, `templates` has the theme's lists of files without those that no page
needs, and `extension` is the Sphinx extension. Nothing in here changes what a page says.
"""
