from . import test_account, test_channel, test_fba, test_orders
