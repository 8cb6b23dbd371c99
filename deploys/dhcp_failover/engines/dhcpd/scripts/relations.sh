# The state of each relationship, after process.sh. Its last record counts (dhcpd.leases(5)).
if [ -f "$LEASES" ]; then
  grep -a -A 4 '^failover peer "' "$LEASES" | awk '
    /^failover peer / { name = $0; record[name] = "" }
    name { record[name] = record[name] "Record=" $0 "\n" }
    /^}/ { name = "" }
    END { for (name in record) printf "%s", record[name] }'
fi
# A daemon that has just started has the state of before in its record, and reports only in its
# log that it is in "startup" (failover.c). It leaves that within 15 seconds.
if [ -n "$pid" ] && [ $(($(date +%s) - started)) -lt 60 ]; then
  # This form indents all lines of a message but the first: no message can pretend to be another.
  journalctl -q -o short-unix --no-hostname _PID="$pid" "$since" 2> /dev/null |
    sed -n 's/^[0-9.]* [^ ]*\]: \(failover peer .*: I move from [a-z-]* to [a-z-]*\)$/Move=\1/p'
fi
