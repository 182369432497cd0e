from odoo import models

OWNED = (
    "product_uom_qty",
    "price_unit",
    "technical_price_unit",
    "name",
    "tax_ids",
    "extra_tax_data",
)


class ChangeLines(models.AbstractModel):
    """Brings the lines of a sale order to what an import of the newest state would have
    made. Lines of confirmed orders are never deleted: their quantity becomes 0."""

    _name = "channel.change.lines"
    _description = "Lines of Changed Orders"

    def _write(self, channel, draft, sources=None):
        """Write the lines of some lines of the channel, and those of the order as a
        whole: delivery and rounding.

        :param draft: the order's newest state, without problems.
        :param sources: external ids; None for all.
        """
        rows = {row.external_id: row.id for row in draft.order.line_ids}
        if sources is None:
            sources = rows
        blocks = {rows.get(source, False) for source in sources} | {False}
        wanted = {}
        for values in self.env["channel.order.values"]._prepare_lines(channel, draft):
            if values["channel_line_id"] in blocks:
                key = values["channel_line_id"], values["channel_role"]
                wanted.setdefault(key, []).append(values)
        lines = draft.order.sale_order_id.order_line.filtered(
            lambda line: line.channel_role and line.channel_line_id.id in blocks
        )
        present = lines.grouped(
            lambda line: (line.channel_line_id.id, line.channel_role)
        )
        for key in dict.fromkeys((*present, *wanted)):
            self._match(draft, present.get(key, lines[:0]), wanted.get(key, []))

    def _match(self, draft, lines, values_list):
        """Lines of one role: the first becomes the first, what is too much ends."""
        lines = lines.sorted("id")
        for line, values in zip(lines, values_list, strict=False):
            self._update(line, values)
        self._end(lines[len(values_list) :])
        sale = draft.order.sale_order_id
        for values in values_list[len(lines) :]:
            self.env["sale.order.line"].create(values | {"order_id": sale.id})

    def _update(self, line, values):
        current = line._convert_to_write({name: line[name] for name in OWNED})
        changed = {
            name: values[name]
            for name in OWNED
            if name != "tax_ids" and (values[name] or False) != (current[name] or False)
        }
        tax_ids = values["tax_ids"][0][2]
        if set(tax_ids) != set(line.tax_ids.ids):
            changed["tax_ids"] = values["tax_ids"]
        if not changed:
            return
        if "product_uom_qty" in changed or "price_unit" in changed:
            # written together, or Odoo computes the amounts in between anew
            changed |= {name: values[name] for name in OWNED if name != "name"}
        self._quietly(line, changed).write(changed)

    def _end(self, lines):
        lines = lines.filtered("product_uom_qty")
        if not lines:
            return
        if lines.order_id.state != "sale":
            lines.unlink()
            return
        ended = {"product_uom_qty": 0, "extra_tax_data": False}
        self._quietly(lines, ended).write(ended)

    def _quietly(self, lines, values):
        """Transfers have followed already where units go; Odoo would make a return of
        what it finds too much."""
        units = values.get("product_uom_qty")
        fewer = units is not None and any(
            line.product_uom_qty > units for line in lines
        )
        return lines.with_context(tracking_disable=True, skip_procurement=fewer)
