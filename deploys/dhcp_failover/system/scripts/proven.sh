# The last change is proven: its previous files, secrets among them, go. A configuration that this
# project did not write stays in ORIGINAL, for root alone; a later one beside it, with its time.
# PARTNERS_TEXT: who the partners are.
# FILES: what was proven, as sha256sum(1) prints it; with anything else there, nothing is proven.
umask 077
turn_lock 90 # no other command changes this server meanwhile
if ! printf '%s' "$FILES" | sha256sum --check --status; then
  echo "the files have changed since they were proven: another run is at work; apply again"
  exit 1
fi
mkdir -p "${UNPROVEN%/*}" || exit 1
if [ -d "$UNPROVEN" ]; then
  if [ -f "$UNPROVEN/files$MAIN" ] && ! head -n 1 "$UNPROVEN/files$MAIN" | grep -q "^$MADE"; then
    kept=$ORIGINAL
    [ ! -e "$kept" ] || kept=$ORIGINAL.$(date +%Y%m%d-%H%M%S)
    rm -rf "$ORIGINAL.part" && cp -rp "$UNPROVEN/files" "$ORIGINAL.part" &&
      chmod -R go= "$ORIGINAL.part" && mv -T "$ORIGINAL.part" "$kept" || exit 1
  fi
fi
previous_forget || exit 1
printf '%s' "$PARTNERS_TEXT" > "$PARTNERS.new" && mv -f "$PARTNERS.new" "$PARTNERS"
