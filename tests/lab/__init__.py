"""The telephone laboratory: a real Asterisk 22 in a chroot, real SIP phones and a SIPp caller, for tests and recordings."""
