from . import identity
from . import wakeup
