"""The routes of each domain, in a module or package with its name; `ROUTERS` there is what the API includes.

health.py is the process' own.
"""
