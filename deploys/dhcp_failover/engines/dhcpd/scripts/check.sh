# shellcheck shell=sh disable=SC2153,SC2154
# Have dhcpd read the staged configuration, without starting it.
#
# Given: CONF, KEYS, STAGED_CONF, STAGED_KEYS, REASONS.

# dhcpd may read files under /etc/dhcp only (AppArmor). The copy is made fresh, for root alone.
umask 077
try=$(mktemp --suffix=.try "${CONF%/*}/.${CONF##*/}.XXXXXX") || exit 1
trap 'rm -f "$try"' EXIT
trap 'exit 1' HUP INT TERM
keys=$KEYS
! [ -e "$STAGED_KEYS" ] || keys=$STAGED_KEYS
sed "s|^include \"$KEYS\";|include \"$keys\";|" "$STAGED_CONF" > "$try" || exit 1
log=$(dhcpd -4 -t -cf "$try" 2>&1) || {
  printf '%s\n' "$log" | sed "s|$try|$STAGED_CONF|g" | awk "$REASONS" >&2
  exit 1
}
