"""Builds "pycrdt for the browser": pycrdt's Python layer on Yjs, as a wheel for Pyodide."""
