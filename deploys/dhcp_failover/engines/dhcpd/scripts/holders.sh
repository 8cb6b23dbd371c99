# Who holds an address. AS: "holding" counts them and makes a digest, "holders" lists them.
[ "$(id -u)" = 0 ] || { echo Root=no; exit 0; }
[ -f "$LEASES" ] || exit 0
holders() {
  grep -a -E '^lease |^  (ends|binding state|hardware) ' "$LEASES" |
    awk -v NOW="$(date -u '+%Y/%m/%d %H:%M:%S')" -v EPOCH="$(date +%s)" "$HOLDERS_AWK"
}
case $AS in
  holders) holders | sed 's/^/Holder=/' ;;
  *)
    holders | sed -n 's/ current$//p' | sort | awk '
      { print | "sha256sum | sed s/^/Digest=/" }
      END { close("sha256sum | sed s/^/Digest=/"); print "Clients=" NR }'
    ;;
esac
