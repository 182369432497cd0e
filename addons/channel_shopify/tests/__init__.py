from . import test_channel, test_shop, test_shop_prices
from . import test_kinds
from . import test_products
