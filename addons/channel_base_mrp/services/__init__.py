from . import order_shipped
from . import shipment_quantity
from . import stock_kit
