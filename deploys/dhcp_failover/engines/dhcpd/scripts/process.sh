# Find the process that the unit started. Sets pid (empty: it does not run), started (seconds of
# the epoch), main (the path of its program) and unit (what systemd knows of the unit).
# A process is believed, not a unit: systemd calls a unit that it made from Debian's init script
# active when the daemon is long dead.
[ "$(id -u)" = 0 ] || { echo Root=no; exit 0; }
unit=$(systemctl show "$UNIT" -p MainPID -p UnitFileState -p LoadState -p NeedDaemonReload \
  -p DropInPaths -p NRestarts -p FragmentPath -p InvocationID 2> /dev/null)
while read -r key boot _; do [ "$key" != btime ] || break; done < /proc/stat

# Sets main, and fails where the process is not a dhcpd.
is_dhcpd() {
  main=$(readlink "/proc/$1/exe" 2> /dev/null)
  case ${main% (deleted)} in */dhcpd) ;; *) false ;; esac
}
# Sets state and started.
read_stat() {
  read -r line 2> /dev/null < "/proc/$1/stat" || return 1
  # The name in parentheses can have anything in it. Times are in hundredths on all of Debian.
  read -r state _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ ticks _ << END
${line##*) }
END
  started=$((boot + ticks / 100))
}

pid=${unit##*MainPID=}
pid=${pid%%[!0-9]*}
if ! is_dhcpd "${pid:=none}"; then
  pid=
  # Of a unit that was made from an init script, systemd knows no process.
  for file in "$PID_FILE" /run/dhcpd.pid; do
    if [ -f "$file" ] && read -r found < "$file" && is_dhcpd "$found"; then
      [ -n "$unit" ] && ! grep -q "/$UNIT\$" "/proc/$found/cgroup" || pid=$found
    fi
  done
fi
if [ -n "$pid" ] && ! read_stat "$pid"; then pid=; fi
if [ -n "$pid" ]; then
  echo "Pid=$pid"
  echo "Started=$started"
fi
# By the unit's start and not by the time: a clock that was set since then misleads.
since=${unit##*InvocationID=}
case ${since%%[!0-9a-f]*} in
  '') since=--since=@$started ;;
  *) since=_SYSTEMD_INVOCATION_ID=${since%%[!0-9a-f]*} ;;
esac
