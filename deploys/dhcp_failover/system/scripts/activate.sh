# Put staged files in place and bring the daemon to them: in this run's turn, all or nothing.
# FILES: a line each: the SHA-256 of the staged file, the SHA-256 that the live file may have (- for
# none), its path. NOT_OURS: what is said of a staged file that another run has written over.
# UNIT, and RELOAD, ENABLE, RESTART: yes, or empty. RULES: a command that loads firewall rules.
# REASON: a script that prints why the daemon did not start. FORMER: the partners that this change
# replaces. KEEPS: the file that lists them.
# A connection that breaks must not break off a change: this program always goes on to its end.
trap '' HUP INT TERM PIPE
activate_fail() { echo "$1"; exit 1; }

turn_required
printf '%s' "$FILES" | while read -r new planned path; do
  staged=${path%/*}/.${path##*/}.new
  found=$({ sha256sum < "$staged"; } 2> /dev/null)
  [ "${found%% *}" = "$new" ] ||
    activate_fail "$staged $NOT_OURS: another run is at work; apply again"
  found=$({ sha256sum < "$path"; } 2> /dev/null)
  found=${found%% *}
  [ "${found:--}" = "$planned" ] || [ "$found" = "$new" ] ||
    activate_fail "$path has changed since this run looked at it; apply again"
done || exit 1

ran=$(systemctl is-active "$UNIT" 2> /dev/null)
if [ -n "$FILES" ] || [ -n "$RESTART" ]; then
  mkdir -p "$UNPROVEN" || exit 1 # under the umask of turn_lock
fi
printf '%s' "$FILES" | while read -r new _ path; do
  previous_keep "$path" && previous_replace "$new" "$path" || exit 1
done || activate_fail "the files that would be replaced cannot be kept in $UNPROVEN: nothing is changed"
# On the disk, before the first live file is replaced: a power loss must not leave neither.
[ ! -d "$UNPROVEN" ] || sync
[ -z "$FORMER" ] || printf '%s' "$FORMER" >> "$KEEPS" || exit 1
printf '%s' "$FILES" | while read -r _ _ path; do
  mv -fT "${path%/*}/.${path##*/}.new" "$path" ||
    activate_fail "$path cannot be replaced: is it immutable (lsattr), or mounted by itself?"
done
moved=$?
[ ! -d "$UNPROVEN" ] || sync
if [ "$moved" != 0 ]; then # the daemon still runs as before
  previous_restore && echo "The previous files are back in place."
  exit 1
fi

bring() {
  [ -z "$RELOAD" ] || systemctl daemon-reload || return 1
  [ -z "$ENABLE" ] || systemctl enable --quiet "$UNIT" || return 1
  if [ -n "$RULES" ] && [ -z "$RESTART" ]; then sh -c "$RULES" || return 1; fi
  [ -n "$RESTART" ] || return 0
  systemctl reset-failed "$UNIT" 2> /dev/null
  timeout 60 systemctl restart "$UNIT"
}
if bring; then
  turn_write
  exit 0
fi
echo "$UNIT did not start from the new files."
sh -c "$REASON"
if previous_restore; then
  systemctl daemon-reload
  if [ "$ran" = active ]; then
    systemctl reset-failed "$UNIT" 2> /dev/null
    if timeout 60 systemctl restart "$UNIT"; then
      echo "The previous files are back in place, and the server runs from them again."
    else
      echo "The previous files are back in place, and the server does not start from them either."
    fi
  else
    echo "The previous files are back in place."
  fi
fi
turn_write
exit 1
