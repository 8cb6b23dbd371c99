# Exit with 0 if this server gets a TCP connection to PORT of ADDRESS, from its own address LOCAL.
# Perl's base package is part of every Debian system.
# shellcheck disable=SC2016 # the dollar signs are Perl's
exec timeout 5 perl -MIO::Socket::INET -e '
  my ($address, $port, $local) = @ARGV;
  my %ends = (PeerAddr => $address, PeerPort => $port, Timeout => 3);
  exit !IO::Socket::INET->new(%ends, LocalAddr => $local)' "$ADDRESS" "$PORT" "$LOCAL"
