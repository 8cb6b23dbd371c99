# Undo the last change that is not proven: its previous files back, and the daemon restarted.
trap '' HUP INT TERM PIPE
turn_required
ran=$(systemctl is-active "$UNIT" 2> /dev/null)
previous_restore || { echo "there are no previous files to put back"; exit 1; }
systemctl daemon-reload
[ "$ran" = active ] || exit 0
systemctl reset-failed "$UNIT" 2> /dev/null
timeout 60 systemctl restart "$UNIT"
