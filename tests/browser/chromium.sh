#!/bin/sh
# Chromium, behind everybody else. An agent's browser runs on another machine; here it must not take the two cores from the
# voices of the call it shows. As root it would even put itself in front of them, so that right is taken from it.
# CHROMIUM: the program.
if [ "$(id -u)" = 0 ]; then
    exec setpriv --bounding-set=-sys_nice nice -n 5 "$CHROMIUM" "$@"
fi
exec nice -n 5 "$CHROMIUM" "$@"
