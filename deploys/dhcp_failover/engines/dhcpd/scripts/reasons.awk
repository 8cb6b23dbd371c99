# From dhcpd's log on standard error: why it does not serve, and what to do.
# Exit status 1 unless it has started and serves on every interface that it was given.

/^Internet Systems Consortium DHCP Server/, /^For info/ { next }
/^If you think you have received this message/ { over = 1 }
over { next }
/^ *$/ || /^(Config|Database|PID) file: / || /^Wrote [0-9]+ / || /^(Listening|Sending) on / { next }
/^failover peer .*: I move from / { next }
$0 == "Server starting service." { started = 1; next }

# The line that follows such a place is the file's own, with a secret in it.
hidden { hidden--; next }
/dhcpd\.keys[^ ]* line [0-9]+: / { print; hidden = 2; next }

/^No subnet declaration for .* \(no IPv4 addresses\)/ {
  failed = 1
  print $5 " has no IPv4 address. Give it one, or name under 'interfaces' where this server" \
    " serves clients."
  next
}
/^No subnet declaration for / {
  failed = 1
  print
  print "Declare the network that " $5 " is in, without pools if nobody is served there; or name" \
    " under 'interfaces' where this server serves clients."
  next
}
# Four lines that say the same at length.
/^\*\* Ignoring requests on /, /\*\*$/ { failed = 1; next }
/^Not configured to listen on any interfaces/ { failed = 1; print; next }
/^Interface .* matches multiple shared networks/ {
  failed = 1
  print
  print "Addresses of " $2 " are in two declared networks: declare these as subnets of one" \
    " network under 'shared_networks'."
  next
}
/^failover peer .*: address not available/ {
  failed = 1
  print
  print "No interface of this server has the address that the relationship declares for it."
  next
}
{ print }

END { exit !started || failed }
