# Remove the staged files of this run. FILES: lines of a SHA-256 and a path.
printf '%s' "$FILES" | while read -r digest path; do
  found=$({ sha256sum < "$path"; } 2> /dev/null)
  [ "${found%% *}" != "$digest" ] || rm -f "$path"
done
