# All that a run or a status has to know of dhcpd on a server, after process.sh. Nothing is changed.
printf '%s\n' "$unit" | grep -v -E '^(MainPID|InvocationID|DropInPaths)='
# Drop-ins that change what the unit runs, or from what. More rights for hooks are no such change.
# What systemd has not read yet counts too: the next start reads it.
changing='^[[:space:]]*((Exec|Environment|Root|Condition|Assert|Restart|RuntimeDirectory)[A-Za-z]*|PassEnvironment'
changing="$changing|UnsetEnvironment|User|Group|Type|PIDFile|NetworkNamespacePath|JoinsNamespaceOf|IPAddressDeny"
changing="$changing|RestrictNetworkInterfaces|SocketBindDeny|LogNamespace|LogLevelMax|LogFilterPatterns)[[:space:]]*="
changing="$changing|^[[:space:]]*(PrivateNetwork|PrivateUsers|DynamicUser)[[:space:]]*=[[:space:]]*([1yYtT]|on|On|ON)"
changing="$changing|^[[:space:]]*(Bind|ReadOnly|Inaccessible|Temporary|Mount)[A-Za-z]*[[:space:]]*=.*(/etc|/usr|/var/lib/dhcp)"
drop_ins=$(printf '%s\n' "$unit" | sed -n 's/^DropInPaths=//p')
for file in $drop_ins /etc/systemd/system/"$UNIT".d/*.conf /run/systemd/system/"$UNIT".d/*.conf; do
  [ ! -f "$file" ] || ! grep -q -E "$changing" "$file" || echo "DropIn=$file"
done
dhcpd --version 2>&1 | sed -n 's/^isc-dhcpd-/Version=/p'
[ -z "$pid" ] || [ ! -f "$LOADED" ] || sed 's/^/Loaded=/' "$LOADED"

# Every DHCP server of this machine's network: what has such a name, and what has UDP port 67.
# A daemon in a container has another network, and does not concern this server.
here=$(readlink /proc/self/ns/net)
sockets=$(ss -H -0 -u -t -a -n -p 2> /dev/null | awk -v main="$pid" "$SOCKETS_AWK")
# shellcheck disable=SC2012 # one program for all processes
named=$(ls -l /proc/[0-9]*/exe 2> /dev/null |
  sed -n -E 's,.* /proc/([0-9]+)/exe -> .*/(dhcpd6?|kea-dhcp4)( \(deleted\))?$,\1,p')
bound=$(printf '%s\n' "$sockets" | sed -n 's/^Port67=\([0-9]*\) .*/\1/p')
found=
for one in $pid $named $bound; do
  case " $found " in *" $one "*) continue ;; esac
  [ "$(readlink "/proc/$one/ns/net")" = "$here" ] || continue
  read_stat "$one" || continue
  # A daemon waits for its disk at every lease: only one that still does after a second hangs.
  left=5
  while [ "$state" = D ] && [ $left -gt 0 ] && sleep 0.2 && read_stat "$one"; do
    left=$((left - 1))
  done
  found="$found $one"
  program=$(readlink -n "/proc/$one/exe" | tr '\n' '?') # a name may have any character
  # The unit is the last service or scope in the path of its control group.
  group=$(sed -n -E '/^(0:|[0-9]+:name=systemd):./{s/^[^:]*:[^:]*://p;q}' "/proc/$one/cgroup")
  while case ${group##*/} in '' | *.service | *.scope) false ;; esac do group=${group%/*}; done
  echo "Process=$one $state $started ${group##*/} $program"
  echo "Command=$one $(tr '\0\n' '  ' < "/proc/$one/cmdline" | head -c 1000)"
done
printf '%s\n' "$sockets"

# The rules in force must be those that the file would load. The file is loaded into a network
# that lasts as long as this, and what the kernel shows of the two is compared.
if [ -f "$RULES" ]; then
  if ! command -v nft > /dev/null; then
    grep -q 'type filter hook' "$RULES" || echo Firewall=yes
  else
    show="nft list table $TABLE 2> /dev/null || true"
    # shellcheck disable=SC2016 # the inner shell expands it
    loaded=$(unshare -n sh -c 'echo begun; timeout 10 nft -f "$1" && eval "$2"; echo done=$?' \
      sh "$RULES" "$show" 2> /dev/null)
    now=$(eval "$show")
    case $loaded in
      begun*done=0) [ "begun
${now:+$now
}done=0" != "$loaded" ] || echo Firewall=yes ;;
      begun*) ;; # the file cannot be loaded
      *) case $now in *" drop"*) echo Firewall=yes ;; esac ;; # a network cannot be made here
    esac
  fi
fi

if [ -n "$pid" ]; then
  log() { journalctl -q --no-hostname _PID="$pid" "$since" "$@" 2> /dev/null; }
  # The newest lines bound what a busy server has to read. Most often nothing in them is wrong; only
  # where something seems to be, they are read in the form that keeps messages apart, which costs more.
  # An update request is a complaint only after a conflict.
  suspects='^(bind update on |IMBALANCED |Lease conflict |Failover CONN|failover peer .* potential-conflict$)'
  if log -o cat -n 20000 | grep -q -E "$suspects"; then
    log -o short-unix -n 20000 | awk "$COMPLAINTS_AWK"
  fi
fi

# Of the files: mode and owner of whatever is there, the content of regular files alone. A link
# counts as what it leads to. A fifo or a device is not opened.
set --
for file in $FILES; do
  if [ -f "$file" ] && [ -r "$file" ]; then
    set -- "$@" "$file"
  elif [ -e "$file" ] || [ -L "$file" ]; then
    echo "File=$file $(stat -c '%a %U:%G' "$file")"
  fi
  left=${file%/*}/.${file##*/}.new
  if [ -e "$left" ] || [ -L "$left" ]; then echo "Leftover=$left"; fi
  # An older version kept each file that it replaced here. What others made stays.
  left=$file.previous
  if [ -f "$left" ] && head -n 1 "$left" | grep -q "^$MADE"; then echo "Leftover=$left"; fi
done
for left in $CHECKED; do
  if [ -e "$left" ] || [ -L "$left" ]; then echo "Leftover=$left"; fi
done
if [ $# -gt 0 ]; then
  stat -L -c 'File=%n %a %U:%G' "$@"
  sha256sum "$@" 2> /dev/null | sed 's/^/Sum=/'
fi
# Where it was last set up to serve.
if [ -f "$DEFAULTS" ] && head -n 1 "$DEFAULTS" | grep -q "^$MADE"; then
  sed -n 's/^INTERFACESv4="\(.*\)"$/Served=\1/p' "$DEFAULTS"
fi
if [ -f "$CONF" ]; then sed -n '/^failover peer /,/^}/s/^/Peer=/p' "$CONF"; fi

# shellcheck disable=SC2086 # names of packages
dpkg-query -W -f '${db:Status-Status} ${Package}\n' $PACKAGES 2> /dev/null |
  sed -n 's/^installed /Package=/p'
# Lists of packages that are older than the sources say nothing about them.
if ! command -v dhcpd > /dev/null && {
  [ -z "$(apt-get indextargets --no-release-info 'Created-By: Packages' 2> /dev/null)" ] || {
    ls /var/lib/apt/lists/*_Packages* > /dev/null 2>&1 &&
      ! find /etc/apt -newer /var/lib/apt/lists | grep -q .
  }
} && ! apt-cache policy "$PACKAGE" 2> /dev/null | grep -q 'Candidate: [0-9]'; then
  echo Absent=yes
fi

# Whether the daemon could write its lease file anew, as it does at each start. It is root without
# the right to pass over modes. For root, -w is false only where nothing can be written at all.
directory=${LEASES%/*}
# Whether root may do this (a digit of the mode: 2 writes, 6 reads and writes) with a path.
may() { # path wanted
  # shellcheck disable=SC2046 # three words
  set -- "$2" $(stat -L -c '%04a %u %g' "$1")
  digits=${2#?}
  if [ "$3" = 0 ]; then digit=${digits%??}; elif [ "$4" = 0 ]; then
    digit=${digits#?}; digit=${digit%?}
  else digit=${digits#??}; fi
  [ $((digit & $1)) = "$1" ]
}
storage() {
  if [ ! -d "$directory" ]; then
    ! command -v dhcpd > /dev/null || echo "$directory is not a directory"
  elif [ ! -w "$directory" ]; then
    echo "$directory is read-only or immutable"
  elif ! may "$directory" 3; then
    echo "$directory is $(stat -L -c 'mode %a, owner %U:%G' "$directory"): root must be able to write it"
  elif [ -e "$LEASES" ] && [ ! -f "$LEASES" ]; then
    echo "$LEASES is not a regular file"
  elif [ -f "$LEASES" ] && [ ! -w "$LEASES" ]; then
    echo "$LEASES is read-only or immutable"
  elif [ -f "$LEASES" ] && ! may "$LEASES" 6; then
    echo "$LEASES is $(stat -L -c 'mode %a, owner %U:%G' "$LEASES"): root must be able to read and write it"
  elif [ "$free" -lt $((size + 4096)) ]; then
    echo "$directory has $free bytes free: dhcpd writes its lease file anew ($size bytes) when it starts"
  elif [ "$inodes" = 0 ] && [ "$all" -gt 0 ]; then
    echo "$directory has no inodes free"
  fi
}
size=0
[ ! -f "$LEASES" ] || size=$(stat -L -c %s "$LEASES")
place=$directory
[ -d "$place" ] || place=/
read -r blocks block inodes all << END
$(stat -f -c '%a %S %d %c' "$place")
END
free=$((blocks * block))
echo "Free=$free"
echo "Size=$size"
storage | sed 's/^/Unwritable=/'
if ! { [ -f "$LEASES" ] && grep -a -q -m 1 '^lease ' "$LEASES"; }; then echo FirstTime=yes; fi

# What Debian's init script does here that this project's unit, which takes its name, would end.
case $unit in
  *"FragmentPath=$UNIT_FILE"*) ;;
  *)
    if [ -f "$DEFAULTS" ] && [ -e "$INIT_SCRIPT" ]; then
      sed -n -E "s/^[[:space:]]*(INTERFACESv6|OPTIONS|DHCPDv4_CONF|DHCPDv4_PID)=[\"']?([^\"'#]*)[\"']?.*/Default=\1 \2/p" \
        "$DEFAULTS"
    fi
    ;;
esac
