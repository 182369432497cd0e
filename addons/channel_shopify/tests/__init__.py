from . import test_channel, test_shop
from . import test_products
