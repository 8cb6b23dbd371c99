# shellcheck shell=sh disable=SC2153,SC2154
# Start the staged configuration for real, beside the running daemon and cut off from the network.
#
# Given: CONF, KEYS, STAGED_CONF, STAGED_KEYS, LEASES, INTERFACES, INSIDE, REASONS.

set -f
missing=
for interface in $INTERFACES; do
  [ -e "/sys/class/net/$interface" ] || missing="$missing $interface"
done
for interface in $missing; do
  echo "This server has no interface $interface. Name under 'interfaces' where it serves clients."
done >&2
[ -z "$missing" ] || exit 1

if ! command -v dhcpd >/dev/null ||
  ! unshare --net --mount --pid --fork --kill-child true 2>/dev/null; then
  echo "This server cannot try a configuration: dhcpd or unshare(1) does not work here." >&2
  exit 75
fi

# "2: eth0    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0:1\       valid_lft ..."
ADDRESSES=$(ip -o -4 addr show | awk '{
  words = split(substr($0, 1, index($0, "\\") - 1), word, " ")
  sub(/@.*/, "", word[2])
  print word[2], word[words], word[4] (word[5] == "peer" ? " peer " word[6] : "")
}')
# An interface without an address is there as well.
# shellcheck disable=SC2086 # interfaces are words
ADDRESSES=$ADDRESSES$(printf '\n%s' $INTERFACES)
export CONF KEYS STAGED_CONF STAGED_KEYS LEASES INTERFACES ADDRESSES
size=0
! [ -e "$STAGED_CONF" ] || size=$(wc -c < "$STAGED_CONF")
bound=$((20 + size / 200000))
log=$(unshare --net --mount --pid --fork --kill-child \
  timeout -s KILL "$bound" sh -c "$INSIDE" 2>/dev/null)
case $? in
  0) ;;
  75)
    echo "This server cannot try a configuration: it cannot make network interfaces." >&2
    exit 75
    ;;
  *)
    echo "dhcpd has not started within $bound seconds." >&2
    exit 1
    ;;
esac
reasons=$(printf '%s\n' "$log" | awk "$REASONS") || {
  printf '%s\n' "${reasons:-dhcpd has ended without a reason.}" >&2
  exit 1
}
