from datetime import UTC
from uuid import uuid4

from odoo import models

from ..adapter import codec
from ..adapter.canonical import Address
from ..adapter.shipping import ShippingCancel, ShippingLine, ShippingOrder


class ShippingFreeze(models.AbstractModel):
    """Freeze shipping orders and cancellations into batches, each of them one call."""

    _name = "channel.shipping.freeze"
    _description = "Batches of Shipping Orders"

    def _run(self):
        """Make the batches of all channels that may send now."""
        # in shadow, transfers wait as they are
        for channel in self.env["channel.channel"]._sending("warehouse"):
            worker = channel._as_worker()
            self.with_env(worker.env)._freeze(worker)

    def _freeze(self, channel):
        Order = self.env["channel.shipping.order"]
        mine = [("channel_id", "=", channel.id)]
        # the cheapest cancellation comes first
        wanted = Order.search([*mine, ("cancel_state", "=", "wanted")], order="id")
        if wanted:
            self._batches(channel, "shipping_cancel", wanted, self._cancel)
            wanted.cancel_state = "asked"
        queued = Order.search([*mine, ("state", "=", "queued")], order="id")
        sendable = queued.filtered(lambda order: self._is_sendable(order))
        if sendable:
            self._batches(channel, "shipping_order", sendable, self._canonical)
            # before the call: whatever becomes of it, the order may be there
            sendable.state = "sent"
        (queued - sendable).write({"state": "blocked"})

    def _batches(self, channel, kind, orders, content):
        size = channel._adapter_class().shipping_batch
        for start in range(0, len(orders), size):
            part = orders[start : start + size]
            batch = self.env["channel.push.batch"].create(
                {
                    "channel_id": channel.id,
                    "kind": kind,
                    "key": str(uuid4()),
                    "folded": False,
                    "item_ids": [
                        (0, 0, self._prepare_item(order, content(order)))
                        for order in part
                    ],
                }
            )
            self.env["channel.wakeup"]._after_commit(batch, "_job_send")

    def _prepare_item(self, order, value):
        return {
            "channel_id": order.channel_id.id,
            "key": value.key,
            "shipping_order_id": order.id,
            "picking_id": order.picking_id.id,
            "payload": codec.dumps(value),
        }

    # --- what is sent -----------------------------------------------------------------

    def _is_sendable(self, order):
        """Whether nothing is missing; an issue says what is."""
        order.service = self._service(order) or False
        missing = list(self._missing(order))
        Trouble = self.env["channel.shipping.trouble"]
        if missing:
            Trouble._unsendable(order.channel_id, order.picking_id, "; ".join(missing))
        else:
            Trouble._settle(order, ("shipping_blocked",))
        return not missing

    def _missing(self, order):
        address = self._address(order.picking_id)
        for name, label in (
            ("name", self.env._("the recipient's name")),
            ("street", self.env._("the street")),
            ("city", self.env._("the city")),
            ("country_code", self.env._("the country")),
        ):
            if not getattr(address, name):
                yield label
        for line in order.line_ids.filtered(lambda line: not line.sku):
            yield self.env._("a listing with a SKU of %s", line.product_id.display_name)
        if not order.service:
            carrier = order.picking_id.carrier_id.name
            yield self.env._(
                "the service for %s", carrier or self.env._("transfers without carrier")
            )

    def _canonical(self, order):
        picking = order.picking_id
        sale = picking.sale_id
        moment = sale.date_order or picking.create_date
        return ShippingOrder(
            key=order.reference,
            reference=order.reference,
            number=picking.channel_order_id.name or sale.name or picking.name,
            ordered_at=moment.replace(tzinfo=UTC),
            recipient=self._address(picking),
            lines=tuple(
                ShippingLine(
                    key=line.key,
                    sku=line.sku,
                    quantity=line.quantity,
                    name=line.product_id.name,
                )
                for line in order.line_ids
            ),
            service=order.service,
            location=order.location_id.external_id,
            note=picking.order_remarks or "",
        )

    def _cancel(self, order):
        return ShippingCancel(
            key=f"{order.reference}:cancel",
            reference=order.reference,
            external_id=order.external_id or "",
        )

    def _address(self, picking):
        partner = picking.partner_id
        return Address(
            name=partner.name or partner.commercial_company_name or "",
            company=partner.commercial_company_name or "",
            street=partner.street or "",
            street2=partner.street2 or "",
            city=partner.city or "",
            zip=partner.zip or "",
            state_code=partner.state_id.code or "",
            country_code=partner.country_id.code or "",
            phone=partner.phone or "",
            email=partner.email or "",
        )

    def _service(self, order):
        """The provider's code for the transfer's carrier; carriers that it was never
        told of get a row to fill in."""
        carrier = order.picking_id.carrier_id
        if not carrier:
            return order.channel_id.shipping_service
        Mapping = self.env["channel.mapping"]
        code = f"delivery.carrier,{carrier.id}"
        key = {
            "channel_id": order.channel_id.id,
            "kind": "service",
            "external_code": code,
        }
        found = Mapping.search([(name, "=", value) for name, value in key.items()])
        if not found:
            found = Mapping.create(
                key | {"external_name": carrier.name, "carrier_id": carrier.id}
            )
        return found.carrier_code
