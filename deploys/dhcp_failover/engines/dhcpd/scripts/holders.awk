# Print "address hardware current" for every lease that is active, or "address hardware over" where
# it is over at NOW ("2026/11/24 04:54:32", UTC) or EPOCH, the same in seconds. The last record of an address counts (dhcpd.leases(5)).
function settle() {
  if (address == "") return
  if (active) holder[address] = hardware (lasts ? " current" : " over")
  else delete holder[address]
}
/^lease / { settle(); address = $2; hardware = "-"; active = 0; lasts = 0; next }
/^  binding state / { active = $3 == "active;"; next }
/^  hardware / { hardware = $3; sub(/;$/, "", hardware); next }
/^  ends never/ { lasts = 1; next }
/^  ends epoch / { lasts = $3 + 0 > EPOCH + 0; next }
/^  ends / { lasts = $3 " " substr($4, 1, 8) > NOW; next }
END {
  settle()
  for (address in holder) print address, holder[address]
}
