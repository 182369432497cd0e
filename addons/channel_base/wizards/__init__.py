from . import channel_product_choice
