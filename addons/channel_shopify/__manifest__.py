{
    "name": "Channel Hub: Shopify",
    "summary": "Shopify as a sales channel: orders, catalogue, stock and shipments",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Channel Hub",
    "website": "https://github.com/channel-hub/channel-hub",
    "license": "AGPL-3",
    "depends": ["channel_base"],
    "external_dependencies": {"python": ["ShopifyAPI"]},
    "data": ["views/channel_channel_views.xml"],
}
