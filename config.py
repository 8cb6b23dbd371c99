"""pyinfra's settings for this project, read by ``pyinfra`` where it is started."""

from pyinfra import config
from pyinfra.api.state import MAX_PARALLEL

# All servers of a wave at a time, as far as the limit of open files lets; pyinfra's own default,
# 20 for each processor, would make several waves of one. A handshake takes the processor some 12
# milliseconds: more than these at once, and the last would wait too long for theirs (paramiko).
config.PARALLEL = min(500, MAX_PARALLEL)
