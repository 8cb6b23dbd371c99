# First the records of a lease file, then the ranges as dhcpd-pools counts them: first, last, size,
# active and, where leases are in that state, backup. Of the abandoned addresses a string for each
# /24 keeps a mark in the place of each. The last record of an address counts (dhcpd.leases(5)).
function upper(address) {
  split(address, part, ".")
  return part[1] * 65536 + part[2] * 256 + part[3]
}
/^lease / { net = upper($2); place = part[4] + 1; next }
/^  binding state / {
  mark = $3 == "abandoned;" ? "x" : " "
  if (!(net in marks)) {
    if (mark == " ") next
    marks[net] = sprintf("%256s", "")
  }
  if (substr(marks[net], place, 1) != mark)
    marks[net] = substr(marks[net], 1, place - 1) mark substr(marks[net], place + 1)
}
/^"/ {
  columns = split($0, column, /","/)
  start = upper(column[2]); from = part[4] + 1
  end = upper(column[3]); to = part[4] + 1
  abandoned = 0
  for (net = start; net <= end; net++) if (net in marks) {
    first = net == start ? from : 1; last = net == end ? to : 256
    piece = substr(marks[net], first, last - first + 1); abandoned += gsub("x", "", piece)
  }
  backup = columns > 10 ? column[10] : 0
  print "Pool=" column[2], column[3], column[5], backup, abandoned
}
