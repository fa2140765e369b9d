"""Telling people outside the page: supervisors, duty staff, administrators, over whatever Apprise reaches.

`rules` says who hears what and when (pure); `delivery` gets it there, and never makes a call wait.
"""
