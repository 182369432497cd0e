"""Amazon's codes of carriers (carrierCode of confirmShipment), as its order feeds and
Seller Central list them. Others are told by name."""

OTHER = "Other"
CODES = (
    "4PX",
    "A-1",
    "AAA Cooper",
    "ABF",
    "Amazon Shipping",
    "Aramex",
    "Asendia",
    "Australia Post",
    "B2C Europe",
    "Blue Package",
    "BlueDart",
    "BRT",
    "Canada Post",
    "China Post",
    "Chronopost",
    "City Link",
    "Colis Prive",
    "Colissimo",
    "Correos",
    "CTT EXPRESS",
    "DB Schenker",
    "Delhivery",
    "Deutsche Post",
    "DHL",
    "DHL eCommerce",
    "DHL Express",
    "DPD",
    "DTDC",
    "Endopack",
    "Envialia",
    "Evri",
    "FedEx",
    "Fedex Freight",
    "GEODIS",
    "GLS",
    "Hermes",
    "Hermes UK",
    "India Post",
    "InPost",
    "La Poste",
    "Mondial Relay",
    "MRW",
    "Nacex",
    "NipponExpress",
    "OnTrac",
    "OSM",
    "Parcelforce",
    "PostNL",
    "PostNord",
    "Poste Italiane",
    "Purolator",
    "Royal Mail",
    "SAGAWA",
    "SDA",
    "Seur",
    "SF Express",
    "Singapore Post",
    "TNT",
    "UPS",
    "UPS Mail Innovations",
    "USPS",
    "WINIT",
    "YAMATO",
    "Yodel",
    "Yun Express",
)
BY_NAME = {code.casefold(): code for code in CODES}


def carrier(name):
    """How a carrier is told: its code, and its name where there is no code.

    :return: fields of ``PackageDetail``.
    """
    name = name.strip()
    code = BY_NAME.get(name.casefold())
    if code:
        return {"carrierCode": code}
    return {"carrierCode": OTHER, "carrierName": name or OTHER}
