"""The real thing: Asterisk 22, real SIP phones, and (where the program is under test) the program as a process of its own."""
