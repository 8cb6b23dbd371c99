# Whose turn it is to change this server. One run of pyinfra has it, by its TOKEN, for SECONDS
# from each time that it renews it; a run that was suspended or cut off loses it by itself.
# TURN: the file that says so. HOLDER: who, for people. The caller has set all four.
turn_lock() { # seconds
  umask 077
  mkdir -p "${TURN%/*}" || exit 1
  exec 9> "${TURN%/*}/lock" || exit 1
  # Held for moments only, by a change at the longest: never across two commands of a run.
  flock -w "$1" 9 || { echo "busy: another command is changing this server"; exit 1; }
  turn_clock
  token='' until=0 since=0 holder=''
  if [ -f "$TURN" ]; then
    { read -r token until since && read -r holder; } < "$TURN" || token=''
    # Somebody damaged it: it is nobody's turn. A leading zero would be octal.
    case $since$until in *[!0-9]*) token='' ;; esac
    case $until in '' | 0?* | ???????????*) token='' ;; esac
  fi
}
# By the time since boot: a clock that is set lengthens no turn, nor ends it.
turn_clock() {
  read -r now _ < /proc/uptime
  now=${now%%.*}
}
turn_held() { [ -n "$token" ] && [ "$until" -gt "$now" ] 2> /dev/null; }
turn_mine() { turn_held && [ "$token" = "$TOKEN" ]; }
turn_write() {
  turn_clock # a change takes time
  printf '%s %s %s\n%s\n' "$TOKEN" $((now + SECONDS_LEFT)) "$since" "$HOLDER" > "$TURN.new" &&
    mv -f "$TURN.new" "$TURN"
}
turn_take() {
  turn_lock 5
  if turn_held && [ "$token" != "$TOKEN" ]; then
    echo "held $((until - now)) $since $holder"
    return
  fi
  turn_held || since=$(date +%s)
  turn_write && echo taken
}
turn_renew() {
  turn_lock 5
  if turn_mine; then turn_write && echo taken; else turn_lost; fi
}
turn_give() {
  turn_lock 5
  if turn_mine; then rm -f "$TURN"; fi
  echo given
}
# The first line of every command that changes something in a turn.
turn_required() {
  turn_lock 90
  if turn_mine; then turn_write; else turn_lost; exit 1; fi
}
turn_lost() {
  if turn_held; then echo "lost: it is the turn of $holder"; else
    echo "lost: this run was silent for too long, and its turn is over"
  fi
}
