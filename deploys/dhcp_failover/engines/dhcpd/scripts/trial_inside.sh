# shellcheck shell=sh disable=SC2154
# Start dhcpd with the staged files, and print its log until it has started. Runs in namespaces
# for itself alone: all that it starts, mounts and makes ends with it, also when it is killed.
#
# Given: CONF, KEYS, STAGED_CONF, STAGED_KEYS, LEASES, INTERFACES, and ADDRESSES: a line
# "interface label address [peer address]" for each IPv4 address of the server.

# dhcpd may read files under /etc/dhcp only (AppArmor), so a copy of that directory lies there,
# in memory, with the staged files in their final places.
data=${LEASES%/*}
mount -t tmpfs -o mode=755 trial "$data" || exit 75
: > "$LEASES"
mkdir "$data/etc" && cp -a "${CONF%/*}/." "$data/etc" || exit 75 # it may be a link
! [ -e "$STAGED_CONF" ] || mv -f "$data/etc/${STAGED_CONF##*/}" "$data/etc/${CONF##*/}"
! [ -e "$STAGED_KEYS" ] || mv -f "$data/etc/${STAGED_KEYS##*/}" "$data/etc/${KEYS##*/}"
mount --bind "$data/etc" "${CONF%/*}" || exit 75
# dhcpd logs to syslog whatever it is asked: not this time.
log=$(readlink -f /dev/log) && mount --bind /dev/null "$log"

ip link set lo up
count=0
while read -r interface label address; do
  [ -n "$interface" ] || continue
  if ! [ "$interface" = lo ] && ! ip link show dev "$interface" >/dev/null 2>&1; then
    count=$((count + 1))
    ip link add name "$interface" type veth peer name "trial$count.peer" 2>/dev/null ||
      ip link add name "$interface" type dummy 2>/dev/null || exit 75
    ip link set dev "$interface" up || exit 75
  fi
  # shellcheck disable=SC2086 # "address peer address" are words
  [ -z "$address" ] || ip addr add $address dev "$interface" label "$label" 2>/dev/null ||
    ip addr add $address dev "$interface" 2>/dev/null
done <<ADDRESSES
$ADDRESSES
ADDRESSES

# The shell watches the log: awk would wait for a whole block of it.
# shellcheck disable=SC2086 # interfaces are words
sh -c 'echo "$$"; exec dhcpd -4 -d -f --no-pid -cf "$CONF" -lf "$LEASES" "$@" 2>&1' \
  sh $INTERFACES | {
  read -r pid
  while IFS= read -r line; do
    printf '%s\n' "$line"
    [ "$line" != "Server starting service." ] || kill -9 "$pid"
  done
}
exit 0
