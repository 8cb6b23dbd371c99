# Install Debian packages without starting dhcpd.
# Debian starts a service as soon as it is installed, before it is configured, unless its unit is
# masked. A mask under /run is gone at the next boot, whatever becomes of this.
export DEBIAN_FRONTEND=noninteractive
trap 'systemctl unmask --runtime --quiet "$UNIT"' EXIT
# shellcheck disable=SC2086 # names of packages
systemctl mask --runtime --quiet "$UNIT" &&
  apt-get -q update &&
  apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef \
    -o Dpkg::Options::=--force-confold install $PACKAGES
