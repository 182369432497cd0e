from . import channel_order_request
from . import channel_product_choice
