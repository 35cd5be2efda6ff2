"""The guide to real-time collaboration in Jupyter whose every step is carried out.

A page declares, a check tries, the page shows. Subpackages, in the direction of the data:

- `pages` reads what pages declare (and is the Sphinx extension),
- `stacks` runs the real software at pinned versions,
- `trials` try what pages claim, on servers of a stack,
- `figures` takes and compares the pictures that pages ask for,
- `checks` carries out what pages declare, and compares,
- `evidence` keeps what was seen; `pages` shows it.

Nothing imports against that direction: the book's page on the architecture has the order, and a
test holds the imports to it. The demo stands beside it and knows none of these:

- `room` connects people who share a pycrdt document, `editor` shows them its text; both run in the
  reader's browser too,
- `lite` puts the browser's Python and notebooks together and shows them in pages,
- `doctor` finds out what is wrong with a notebook, mends it, and gets earlier versions back;
  `doctor_page` shows it in a page of the book, where it runs in the reader's browser.
"""
