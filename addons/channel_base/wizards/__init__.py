from . import channel_order_request
from . import channel_product_choice
from . import channel_refund_request
from . import channel_return_decline
from . import channel_return_inspect
from . import channel_product_publish
from . import channel_category_search
