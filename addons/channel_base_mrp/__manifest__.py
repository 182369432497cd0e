{
    "name": "Channel Hub: Kits",
    "summary": "Quantities of kits at sales channels, from their components",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Channel Hub",
    "website": "https://github.com/channel-hub/channel-hub",
    "license": "AGPL-3",
    "depends": ["channel_base", "sale_mrp"],
    "auto_install": True,
}
