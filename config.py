"""pyinfra's settings for this project, read by ``pyinfra`` where it is started."""

from pyinfra import config
from pyinfra.api.state import MAX_PARALLEL

# All servers of a wave at a time, if the limit of open files allows it; pyinfra's default,
# 20 for each processor, would make several waves of one. Not more than 500: a handshake takes some
# 12 ms of the processor, and the last must not wait too long for its own (paramiko: 15 seconds).
config.PARALLEL = min(500, MAX_PARALLEL)
