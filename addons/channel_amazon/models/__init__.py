from . import channel_channel, channel_connect
