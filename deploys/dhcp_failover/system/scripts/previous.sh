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
# Put every kept file back, each at once.
previous_restore() {
  [ -d "$UNPROVEN" ] || return 1
  if [ -d "$UNPROVEN/files" ]; then
    (cd "$UNPROVEN/files" && find . ! -type d ! -name '*.part') | sed 's/^\.//' |
      while read -r path; do
        back=${path%/*}/.${path##*/}.new
        rm -f "$back"
        cp -dp "$UNPROVEN/files$path" "$back" && mv -fT "$back" "$path" || exit 1
      done || return 1
  fi
  if [ -d "$UNPROVEN/absent" ]; then
    (cd "$UNPROVEN/absent" && find . -type f) | sed 's/^\.//' |
      while read -r path; do rm -f "$path"; done
  fi
  rm -rf "$UNPROVEN"
}
