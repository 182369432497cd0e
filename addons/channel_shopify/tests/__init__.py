from . import test_channel, test_shop, test_shop_prices
from . import test_products
