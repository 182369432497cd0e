import re

from odoo import models

from ..adapter.canonical import Parcel

# Carriers write several numbers of one transfer into the one field that Odoo has.
SEPARATORS = re.compile(r"[,;\n]+")


class ShipmentParcel(models.AbstractModel):
    """The parcels of a transfer, and what the channel calls their carrier."""

    _name = "channel.shipment.parcel"
    _description = "Channel Shipment Parcels"

    def _read(self, picking):
        """The tracking numbers of a transfer with their addresses.

        :return: a list of [number, address]; [] when nothing is tracked.
        """
        numbers = SEPARATORS.split(picking.carrier_tracking_ref or "")
        numbers = list(dict.fromkeys(filter(None, map(str.strip, numbers))))
        addresses = self._addresses(picking, numbers)
        return [[number, addresses.get(number, "")] for number in numbers]

    def _addresses(self, picking, numbers):
        """Odoo's carriers give one address, or JSON pairs of number and address."""
        if not numbers or not picking.carrier_tracking_url:
            return {}
        pairs = picking.get_multiple_carrier_tracking()
        if pairs:
            return {str(pair[0]).strip(): pair[1] for pair in pairs}
        if len(numbers) == 1:
            return {numbers[0]: picking.carrier_tracking_url}
        template = picking.carrier_id.tracking_url
        if not template:
            return {}
        return {
            number: template.replace("<shipmenttrackingnumber>", number)
            for number in numbers
        }

    def _canonical(self, shipment, carrier_name):
        """The parcels as adapters take them; a carrier alone is worth telling too."""
        pairs = shipment.parcels or ([["", ""]] if carrier_name else [])
        return tuple(
            Parcel(tracking_number=number, tracking_url=address, carrier=carrier_name)
            for number, address in pairs
        )

    def _carrier_names(self, channel, carriers):
        """What the channel calls some carriers; the unknown ones get a row to fill in.

        :return: {carrier: (name, mapping)}; without a name there, Odoo's own is given.
        """
        Mapping = self.env["channel.mapping"]
        mappings = Mapping.search(
            [
                ("channel_id", "=", channel.id),
                ("kind", "=", "carrier"),
                ("carrier_id", "in", carriers.ids),
            ]
        )
        missing = carriers - mappings.carrier_id
        mappings |= Mapping.create(
            [self._prepare_mapping_values(channel, carrier) for carrier in missing]
        )
        return {
            mapping.carrier_id: (
                mapping.carrier_code or mapping.carrier_id.name,
                mapping,
            )
            for mapping in mappings
        }

    def _prepare_mapping_values(self, channel, carrier):
        return {
            "channel_id": channel.id,
            "kind": "carrier",
            # two carriers of Odoo may share a name
            "external_code": f"delivery.carrier,{carrier.id}",
            "external_name": carrier.name,
            "carrier_id": carrier.id,
        }
