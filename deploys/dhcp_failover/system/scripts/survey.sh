# What a run has to know of a Debian server, whatever DHCP server it runs. Nothing is changed.
# Of a user without root, only what is needed to say so.
if [ -r /etc/os-release ]; then
  # shellcheck disable=SC1091 # a file of the server
  (. /etc/os-release && printf 'id=%s\nversion=%s\nname=%s\n' "${ID:-unknown}" "${VERSION_ID:-}" "${PRETTY_NAME:-unknown}")
fi
user=$(id -u)
echo "user=$user"
[ ! -d /run/systemd/system ] || echo systemd=yes
! command -v apt-get > /dev/null || echo apt=yes
[ ! -r /etc/machine-id ] || sed 's/^/machine=/' /etc/machine-id
# The last word before the backslash is the label: eth0, or eth0:1 for an alias.
ip -4 -o addr show 2> /dev/null |
  awk '{ line = $0; sub(/\\.*/, "", line); words = split(line, word); print "address=" $4, $2, word[words] }'
for link in /sys/class/net/*; do
  if [ -r "$link/operstate" ] && read -r state < "$link/operstate"; then
    echo "link=${link##*/} $state"
  fi
done
# A program can name itself as it likes, with ends of lines too.
ss -H -l -t -u -n -p 2> /dev/null | awk '$2 ~ /^(LISTEN|UNCONN)$/ && $5 ~ /:[0-9]+$/ { line = $1 " " $5; for (i = 7; i <= NF; i++) line = line " " $i; print "listen=" line }'

# What this project remembers here; see system/memory.py.
if [ "$user" = 0 ]; then
  if [ -d "$UNPROVEN" ] || [ -d "$UNPROVEN.over" ]; then
    echo unproven=yes
    for kind in files absent; do
      [ ! -d "$UNPROVEN/$kind" ] || (cd "$UNPROVEN/$kind" && find . ! -type d ! -name '*.part') |
        sed 's/^\./replaced=/'
    done
  fi
  [ ! -f "$PARTNERS" ] || sed 's/^/partner=/' "$PARTNERS"
  if [ -f "$FORMER" ]; then
    sed 's/^/former=/' "$FORMER"
    # At most 20, all at once, 2 seconds: a former partner is usually gone.
    sed -n -E 's/.* ([0-9.]+) ([0-9]+)$/\1 \2/p' "$FORMER" | sort -u | head -n 20 | {
      while read -r address port; do
        # shellcheck disable=SC2016 # bash expands it
        { ! timeout 2 bash -c ': < /dev/tcp/$0/$1' "$address" "$port" || echo "answers=$address $port"; } &
      done
      wait
    } 2> /dev/null
  fi
  if [ -f "$TURN" ] && { read -r token until since && read -r holder; } < "$TURN"; then
    read -r up _ < /proc/uptime
    case $since$until,$until in
      *[!0-9]*,* | *, | *,0?* | *,???????????*) ;; # somebody damaged it: nobody's turn
      *) echo "turn=$token $since $((until - ${up%%.*})) $holder" ;;
    esac
  fi
fi
echo "clock=$(date +%s.%N)"
