# Break the connection of a relationship: both its servers answer every client from then on.
# Either of them may have opened it. Where the kernel cannot do it (INET_DIAG_DESTROY), nothing happens.
ss -H -K -t -n state established dst "$PARTNER" "( sport = :$PORT or dport = :$PARTNER_PORT )" \
  > /dev/null 2>&1 || true
