# The files that a change replaces are kept in UNPROVEN until the change is proven.
# A file of the last proven state is never overwritten by one of a later, unproven state.
previous_keep() { # path
  kept=$UNPROVEN/files$1 absent=$UNPROVEN/absent$1
  if [ -e "$kept" ] || [ -L "$kept" ] || [ -e "$absent" ]; then return 0; fi
  if [ -e "$1" ] || [ -L "$1" ]; then
    mkdir -p "${kept%/*}" && cp -dp "$1" "$kept.part" && mv -f "$kept.part" "$kept"
  else
    mkdir -p "${absent%/*}" && : > "$absent"
  fi
}
# Remember what is put in place: what is another content later, somebody has written.
previous_replace() { # SHA-256 of the new content, path
  echo "$1 $2" >> "$UNPROVEN/activated"
}
# What somebody has written over a file of this change stays beside it, when that is taken back.
previous_aside() { # path
  [ -f "$1" ] && [ -f "$UNPROVEN/activated" ] || return 0
  found=$({ sha256sum < "$1"; } 2> /dev/null)
  ! grep -q -x -F "${found%% *} $1" "$UNPROVEN/activated" || return 0
  ! cmp -s "$UNPROVEN/files$1" "$1" || return 0
  aside=$1.edited-$(date +%Y%m%d-%H%M%S)
  cp -p "$1" "$aside" || return 1
  echo "$1 was edited after this change; the edit is in $aside"
}
# Put every kept file back, each at once. One that cannot be put back keeps none of the others.
previous_restore() {
  [ -d "$UNPROVEN" ] || return 1
  if [ -d "$UNPROVEN/files" ]; then
    (cd "$UNPROVEN/files" && find . ! -type d ! -name '*.part') | sed 's/^\.//' | {
      failed=
      while read -r path; do
        back=${path%/*}/.${path##*/}.new
        rm -f "$back"
        previous_aside "$path" && cp -dp "$UNPROVEN/files$path" "$back" && mv -fT "$back" "$path" && continue
        rm -f "$back"
        # One that could not be replaced (immutable, a mount) is still the previous one.
        cmp -s "$UNPROVEN/files$path" "$path" || failed=yes
      done
      [ -z "$failed" ]
    } || return 1
  fi
  if [ -d "$UNPROVEN/absent" ]; then
    (cd "$UNPROVEN/absent" && find . -type f) | sed 's/^\.//' |
      while read -r path; do previous_aside "$path" && rm -f "$path"; done
  fi
  sync
  previous_forget
}
# All at once: a part of them would be taken for the whole by the next change.
previous_forget() {
  rm -rf "$UNPROVEN.over"
  [ ! -d "$UNPROVEN" ] || mv -T "$UNPROVEN" "$UNPROVEN.over" || return 1
  rm -rf "$UNPROVEN.over"
}
