"""A PBX for demonstrations and load: it speaks real AMI and real AudioSocket and follows scenario files.

It runs as a process of its own (`python -m ami_bridge.simulator`), so that everything on our side of the two sockets is the
real thing. It imitates Asterisk 22 as recorded; it proves nothing about Asterisk.
"""
