from . import channel_channel
