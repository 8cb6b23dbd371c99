# From `ss -H -0 -u -t -a -n -p`: who has UDP port 67 ("Port67=PID ADDRESS"), on which interfaces a
# process hears every packet ("Hears=PID INTERFACE"; a number in brackets is another protocol), and
# which TCP connections the process `main` has ("Connection=OWN PARTNER", with ports).
{
  kind = ""
  # A program can name itself as it likes, with ends of lines too: 15 characters are no whole line.
  if ($1 == "udp" && $2 ~ /^(UNCONN|ESTAB)$/ && $5 ~ /:67$/) { kind = "Port67"; where = substr($5, 1, length($5) - 3) }
  else if ($1 ~ /^p_/ && $5 ~ /^(\*|ip|\[2048\]):/) { kind = "Hears"; where = $5; sub(/^[^:]*:/, "", where) }
  else if ($1 == "tcp" && $2 == "ESTAB" && index($0, ",pid=" main ",")) print "Connection=" $5, $6
  if (kind == "") next
  rest = $0
  while (match(rest, /,pid=[0-9]+,fd=/)) {
    pid = substr(rest, RSTART + 5, RLENGTH - 9)
    rest = substr(rest, RSTART + RLENGTH)
    if (!((kind, pid, where) in seen)) print kind "=" pid, where
    seen[kind, pid, where] = 1
  }
}
