from . import stock_kit
