from odoo import fields, models

from .isolator import isolate
from .stock_count import Count

CONFIRMED = 2  # counts in a row that must show a difference
AGAIN = 3600  # seconds until a difference is looked at a second time
# On hand at the moment of the count: what moved since is taken back.
COMPARE = """
    WITH open_rows AS (
        SELECT row.id, row.product_id, row.read_at, row.there, root.parent_path
          FROM channel_building_stock row
          JOIN channel_location place ON place.id = row.location_id
          JOIN stock_warehouse warehouse ON warehouse.id = place.warehouse_id
          JOIN stock_location root ON root.id = warehouse.lot_stock_id
         WHERE row.to_compare AND row.channel_id = ANY(%(channels)s)),
    on_hand AS (
        SELECT open_rows.id, sum(quant.quantity) AS units
          FROM open_rows
          JOIN stock_quant quant ON quant.product_id = open_rows.product_id
          JOIN stock_location location ON location.id = quant.location_id
           AND location.parent_path LIKE open_rows.parent_path || '%%'
         GROUP BY open_rows.id),
    since AS (
        SELECT open_rows.id,
               sum(CASE WHEN target.parent_path LIKE open_rows.parent_path || '%%'
                        THEN line.quantity_product_uom ELSE 0 END
                 - CASE WHEN source.parent_path LIKE open_rows.parent_path || '%%'
                        THEN line.quantity_product_uom ELSE 0 END) AS units
          FROM open_rows
          JOIN stock_move_line line ON line.product_id = open_rows.product_id
           AND line.state = 'done'
          JOIN stock_move move ON move.id = line.move_id
           AND move.date > open_rows.read_at
          JOIN stock_location source ON source.id = line.location_id
          JOIN stock_location target ON target.id = line.location_dest_id
         GROUP BY open_rows.id),
    told AS (
        SELECT open_rows.id, open_rows.there,
               coalesce(on_hand.units, 0) - coalesce(since.units, 0) AS here
          FROM open_rows
          LEFT JOIN on_hand ON on_hand.id = open_rows.id
          LEFT JOIN since ON since.id = open_rows.id)
    UPDATE channel_building_stock row
       SET here = told.here, difference = told.there - told.here, to_compare = FALSE,
           seen = CASE WHEN told.there = told.here THEN 0
                       WHEN row.accepted OR row.compared_at = row.read_at THEN row.seen
                       WHEN row.difference = told.there - told.here THEN row.seen + 1
                       ELSE 1 END,
           compared_at = row.read_at
      FROM told WHERE told.id = row.id
 RETURNING row.id
"""


class BuildingCompare(models.AbstractModel):
    """Stock in buildings of others, compared with what our documents say, in the stock
    lane. A difference that lasts is booked as an inventory adjustment, as far as the
    policy goes; all else is a person's."""

    _name = "channel.building.compare"
    _inherit = "channel.stock.count"
    _description = "Compare Stock of Buildings"

    def _run(self):
        channels = self.env["channel.channel"]._operating("warehouse")
        self.env.flush_all()
        self.env.cr.execute(COMPARE, {"channels": channels.ids})
        rows = self.env["channel.building.stock"].browse(
            row[0] for row in self.env.cr.fetchall()
        )
        rows.invalidate_recordset(flush=False)
        # one job for all companies: below, each channel's own user goes on
        for channel, same in rows.sudo().grouped("channel_id").items():
            worker = channel._as_worker()
            self.with_env(worker.env)._conclude(worker, same.with_env(worker.env))

    def _conclude(self, channel, rows):
        equal = rows.filtered(lambda row: not row.difference)
        self._settle(channel, equal)
        equal.filtered("accepted").accepted = False
        differing = rows - equal
        lasting = differing.filtered(lambda row: row.accepted or row.seen >= CONFIRMED)
        for place in (differing - lasting).location_id:
            self.env["channel.wakeup"]._later(place, "_job_read_building", AGAIN)
        isolate(
            self.env,
            lasting.filtered(lambda row: self._may_adjust(channel, row)),
            lambda some: self._book(channel, some),
            lambda row, error: self._report_row(channel, row, str(error)),
        )
        for row in lasting.filtered(lambda row: row.difference):
            if not self._may_adjust(channel, row):
                self._report_row(channel, row, self._doubt_row(row))

    def _may_adjust(self, channel, row):
        if row.product_id.tracking != "none":
            return False
        value = abs(row.difference) * row.product_id.standard_price
        within = (
            channel.building_policy == "adjust"
            and abs(row.difference) <= channel.building_limit
            and value <= channel.building_limit_value
        )
        return row.accepted or within

    def _book(self, channel, rows):
        """Make the adjustments; what moved since the count stays as it is."""
        for place, same in rows.grouped("location_id").items():
            on_hand = dict(
                self.env["stock.quant"]._read_group(
                    [
                        ("product_id", "in", same.product_id.ids),
                        ("location_id", "child_of", place.warehouse_id.lot_stock_id.id),
                    ],
                    ["product_id"],
                    ["quantity:sum"],
                )
            )
            self._adjust(
                channel,
                [
                    self._count(place, row, on_hand.get(row.product_id, 0.0))
                    for row in same
                ],
            )
        now = fields.Datetime.now()
        for row in rows:
            row.write(
                {
                    "adjusted": row.difference,
                    "adjusted_at": now,
                    "here": row.there,
                    "difference": 0.0,
                    "seen": 0,
                    "accepted": False,
                }
            )
        self._settle(channel, rows)

    def _count(self, place, row, on_hand):
        return Count(
            level_id=0,
            place_id=place.id,
            product_id=row.product_id.id,
            counted=on_hand + row.difference,
            on_hand=on_hand,
            unsure=False,
        )

    def _inside(self, counts):
        """Odoo locations of the buildings; differences are booked at the first."""
        places = self.env["channel.location"].browse(
            {count.place_id for count in counts}
        )
        roots = {place.id: place.warehouse_id.lot_stock_id for place in places}
        return {
            place_id: root | root.child_internal_location_ids
            for place_id, root in roots.items()
        }

    # --- issues -----------------------------------------------------------------------

    def _doubt_row(self, row):
        if row.product_id.tracking != "none":
            return self.env._("nobody but a person can say which lots these are")
        return self.env._("it is more than may be booked without a person")

    def _report_row(self, channel, row, reason):
        self.env["channel.issue"]._report(
            channel,
            "building_stock",
            self._subject_of(row),
            self.env._(
                "%(place)s has %(there)s of %(product)s, and Odoo had %(here)s at the"
                " same moment, in %(seen)s counts: %(reason)s. Book what is missing"
                " here, or resolve this issue to book the difference as an inventory"
                " adjustment.",
                place=row.location_id.name,
                there=row.there,
                product=row.product_id.display_name,
                here=f"{row.here:.15g}",
                seen=row.seen,
                reason=reason,
            ),
            location=row.location_id,
            product=row.product_id,
        )

    def _settle(self, channel, rows):
        subjects = [self._subject_of(row) for row in rows]
        self.env["channel.issue"]._settle(channel, "building_stock", subjects)

    def _subject_of(self, row):
        return f"building:{row.location_id.external_id}:{row.product_id.id}"
