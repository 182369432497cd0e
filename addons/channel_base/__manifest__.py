{
    "name": "Channel Hub",
    "summary": "Odoo as the hub of every sales channel: orders in, stock and shipments out",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Channel Hub",
    "website": "https://github.com/channel-hub/channel-hub",
    "license": "AGPL-3",
    "application": True,
    "depends": ["mail", "sale_stock", "stock_delivery", "queue_job"],
    "external_dependencies": {"python": ["cryptography", "requests"]},
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/queue_job.xml",
        "data/products.xml",
    ],
}
