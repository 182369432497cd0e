{
    "name": "Channel Hub: Amazon",
    "summary": "Amazon seller accounts as sales channels: orders, stock and shipments",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Channel Hub",
    "website": "https://github.com/channel-hub/channel-hub",
    "license": "AGPL-3",
    "depends": ["channel_base"],
    "external_dependencies": {"python": ["python-amazon-sp-api"]},
    "data": ["views/channel_channel_views.xml"],
}
