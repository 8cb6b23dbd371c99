"""pyinfra's settings for this project, read by ``pyinfra`` where it is started."""

from pyinfra import config
from pyinfra.api.state import MAX_PARALLEL

# All servers of a wave at a time, up to a thousand, as far as the limit of open files lets;
# pyinfra's own default, 20 for each processor, would make several waves of one.
config.PARALLEL = min(1000, MAX_PARALLEL)
