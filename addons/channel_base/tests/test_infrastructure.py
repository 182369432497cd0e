from .common import ChannelCase


class TestInfrastructure(ChannelCase):
    def test_adapter_reaches_the_market(self):
        connection = self.channel._adapter().connect()
        self.assertEqual(connection.account, "fake-1")
