from . import order_shipped
from . import refund_goods
from . import shipment_quantity
from . import stock_kit
