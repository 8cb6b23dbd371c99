# Print "address hardware" for every lease that is active and not over at NOW ("2026/11/24 04:54:32",
# UTC) or EPOCH, the same in seconds. With ALL, print every active lease, and behind it "current", or
# "over" where its time is. The last record of an address counts (dhcpd.leases(5)).
# Input are the lines lease, ends, binding state and hardware alone. A million of them are usual:
# pieces of lines cost less than fields.
function settle() {
  if (active && (lasts || ALL)) holder[address] = hardware (ALL ? (lasts ? " current" : " over") : "")
  else if (address in holder) delete holder[address]
}
{ key = substr($0, 3, 4) }
key == "ends" {
  form = substr($0, 8, 1)
  if (form == "n") lasts = 1
  else if (form == "e") lasts = ($3 + 0 > EPOCH + 0)
  else lasts = (substr($0, 10, 19) > NOW)
  next
}
key == "bind" { active = ($0 == "  binding state active;"); next }
key == "hard" { hardware = substr($3, 1, length($3) - 1); next }
{ settle(); address = substr($0, 7, length($0) - 8); hardware = "-"; active = 0; lasts = 0 }
END {
  settle()
  for (address in holder) print address, holder[address]
}
