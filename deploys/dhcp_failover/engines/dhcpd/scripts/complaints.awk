# The lines of the daemon's log that a healthy pair does not write: each once, newest spelling kept.
# Input is `journalctl -o short-unix`: only the first line of a message has no space in front.
# Only what begins as the daemon itself begins a line is read: clients choose the rest.
# Most lines are about clients.
!/\]: (failover peer|Update request|bind update|Failover CONN|IMBALANCED|Lease conflict)/ || /^ / { next }
{ message = substr($0, index($0, "]: ") + 3) }

# In normal again: what was wrong before is mended. A partner that does not know an address yet
# has read its new file since. A conflict that found nothing to send is mended only by a full update.
message ~ /^failover peer .*: I move from [a-z-]+ to [a-z-]+$/ {
  name = message; sub(/^failover peer /, "", name); sub(/: I move from .*/, "", name)
  to = message; sub(/.* to /, "", to)
  from = message; sub(/.* I move from /, "", from); sub(/ .*/, "", from)
  if (to == "potential-conflict") conflict[name] = 1
  if (to == "normal") {
    for (i in kept)
      if (whose[i] == name || whose[i] == "") forget(i)
    if (from == "recover-done" && name in emptied) forget(emptied[name])
    delete conflict[name]
  }
  next
}
message ~ /^Update request from .*: nothing pending$/ {
  name = message; sub(/^Update request from /, "", name); sub(/: nothing pending$/, "", name)
  if (name in conflict) { whose[keep()] = " "; emptied[name] = known[message] }
  next
}
message ~ /^bind update on [0-9.]+ from .* rejected: / {
  name = message; sub(/^bind update on [0-9.]+ from /, "", name); sub(/ rejected: .*/, "", name)
  if (message ~ / rejected: (unknown IP address|IP address is covered by a different)/)
    whose[keep()] = name
  next
}
# "Failover CONNECT to lab rejected: Connection rejected, time mismatch too great."
message ~ /^Failover CONNECT(ACK)? (to|from) .*time (mismatch too great|offset too large)/ { keep(); next }
message ~ /^IMBALANCED pool [0-9a-f]+ / { keep(); next }
message ~ /^Lease conflict at [0-9.]+$/ { keep(); next }

function keep() {
  if (!(message in known)) { known[message] = ++count; kept[count] = message; whose[count] = "" }
  return known[message]
}
function forget(i) { delete known[kept[i]]; delete kept[i]; delete whose[i] }
END { for (i = 1; i <= count; i++) if (i in kept) print "Complaint=" kept[i] }
