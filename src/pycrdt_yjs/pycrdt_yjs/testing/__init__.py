"""Running Python in Pyodide in a headless browser, for the tests and the bench."""
