# Write standard input to a new file beside FILE, whole or not at all; FILE itself is not touched.
# NEW: the staged file. DIGEST: SHA-256 of the whole content. MODE: its mode.
# The end of standard input is no proof that all of it came: a cut connection ends it too.
umask 077
trap 'rm -f "$NEW"' EXIT
trap 'exit 1' HUP INT TERM PIPE
if [ ! -d "${NEW%/*}" ]; then
  echo "${NEW%/*} is not a directory"
  exit 1
fi
# A new inode: a link, a fifo or a device at that name is removed, never followed or opened.
rm -f "$NEW" || exit 1
set -C
cat > "$NEW" || exit 1
set +C
found=$(sha256sum < "$NEW") || exit 1
if [ "${found%% *}" != "$DIGEST" ]; then
  echo "$FILE: the new content did not arrive whole; the file is as it was"
  exit 1
fi
# In a directory whose group its files inherit, the group is another.
if [ "$(id -u)" = 0 ]; then chown 0:0 "$NEW" || exit 1; fi
chmod "$MODE" "$NEW" && sync "$NEW" || exit 1
trap - EXIT
