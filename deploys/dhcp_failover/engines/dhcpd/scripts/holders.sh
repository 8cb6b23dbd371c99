# Who holds an address. AS: "holding" counts them and makes a digest, "holders" lists them,
# those too whose lease is over and was not ended yet.
[ "$(id -u)" = 0 ] || { echo Root=no; exit 0; }
[ -f "$LEASES" ] || exit 0
holders() {
  grep -a -E '^lease |^  (ends|binding state|hardware) ' "$LEASES" |
    awk -v NOW="$(date -u '+%Y/%m/%d %H:%M:%S')" -v EPOCH="$(date +%s)" \
      -v ALL="$1" "$HOLDERS_AWK"
}
case $AS in
  holders) holders yes | sed 's/^/Holder=/' ;;
  *)
    holders '' | sort | awk '
      { print | "sha256sum | sed s/^/Digest=/" }
      END { close("sha256sum | sed s/^/Digest=/"); print "Clients=" NR }'
    ;;
esac
