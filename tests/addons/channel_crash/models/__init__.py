from . import channel_channel
from . import channel_listing_level
from . import channel_order
from . import channel_push_batch
from . import channel_refund
from . import channel_wakeup
from . import ir_http
