# Print the file CONF with every file that it includes, at its place. `include` stands at the
# beginning of a statement, outside of comments.
function emit(path,    line, place, before) {
  # A fifo would hang; a file that includes itself, dhcpd does not read either.
  if (path in reading || path ~ /'/ || system("test -f '" path "'") != 0) return
  reading[path] = 1
  while ((getline line < path) > 0) {
    while (match(line, /(^|[;{}])[ \t]*include[ \t]+"[^"]+"[ \t]*;/)) {
      before = substr(line, 1, RSTART)
      if (index(before, "#")) break
      place = substr(line, RSTART, RLENGTH)
      line = substr(line, RSTART + RLENGTH)
      if (place ~ /^[;{}]/) print before
      sub(/^[^"]*"/, "", place); sub(/".*/, "", place)
      emit(place)
    }
    print line
  }
  close(path)
  delete reading[path]
}
BEGIN { emit(CONF) }
