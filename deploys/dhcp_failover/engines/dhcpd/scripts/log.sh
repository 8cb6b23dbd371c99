# The daemon's last log lines; after a failed start the reason, without what dhcpd wraps around it.
# The journal, or syslog where there is none. Each line begins with a time or with a space: with a
# space, it goes on with the message of the line above, and goes with that one.
{
  journalctl -q -o short-iso --no-hostname -n 2000 -u "$UNIT" 2> /dev/null | grep . ||
    grep -a ' dhcpd\[' /var/log/syslog 2> /dev/null | tail -n 2000
} | BOILERPLATE=$BOILERPLATE awk '!/^ / { keep = $0 !~ ENVIRON["BOILERPLATE"] } keep' | tail -n 15
true
