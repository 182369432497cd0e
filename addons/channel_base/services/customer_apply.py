from odoo import models

from ..adapter import codec
from ..adapter.canonical import Address, Buyer, Company, Customer
from .isolator import isolate
from .partner_find import Person, person_id
from .plain import clean

BATCH = 200
CLASSES = {"customer": Customer, "company": Company}


class CustomerApply(models.AbstractModel):
    """Customers and companies that were read become partners, a batch at a time.

    What people are asked for when they order is never part of it: consent to be written
    to stays where it was given.
    """

    _name = "channel.customer.apply"
    _description = "Take Over Customers"

    def _run(self):
        """Take over the oldest that wait."""
        batches, more = self._next()
        for channel_id, row_ids in batches.items():
            # which company's channels this is about is seen by its service user only
            worker = self.env["channel.channel"].browse(channel_id).sudo()._as_worker()
            rows = worker.env["channel.customer"].browse(row_ids)
            isolate(
                worker.env,
                rows,
                self.with_env(worker.env)._apply,
                self.with_env(worker.env)._note_failure,
            )
        if more:
            self.env["channel.wakeup"]._after_commit(
                self.env["channel.customer"], "_job_apply"
            )

    def _next(self):
        """:return: ids of locked rows by id of channel, and whether others wait."""
        channels = self.env["channel.channel"]._operating()
        self.env["channel.customer"].flush_model()
        self.env.cr.execute(
            """
            SELECT id, channel_id FROM channel_customer
             WHERE state = 'new' AND channel_id = ANY(%s)
             ORDER BY id LIMIT %s
               FOR UPDATE SKIP LOCKED
            """,
            [channels.ids, BATCH + 1],
        )
        rows = self.env.cr.fetchall()
        batches = {}
        for row_id, channel_id in rows[:BATCH]:
            batches.setdefault(channel_id, []).append(row_id)
        return batches, len(rows) > BATCH

    def _apply(self, rows):
        channel = rows.channel_id
        # nobody reads snapshots but this
        found = [
            codec.loads(CLASSES[row.kind], row.snapshot)
            for row in rows.sudo().with_prefetch(rows.ids)
        ]
        people = [one for one in found if isinstance(one, Customer)]
        companies = [one for one in found if isinstance(one, Company)]
        self._apply_customers(channel, self._wanted(channel, people))
        if companies:
            self.env["channel.company.apply"]._apply(channel, companies)
        subjects = [f"{row.kind}:{row.external_id}" for row in rows]
        self.env["channel.issue"]._settle(channel, "customer_failed", subjects)
        rows.unlink()

    def _wanted(self, channel, people):
        """By policy all, or those who have ordered; and who is known already."""
        if channel.customer_import == "all":
            return people
        known = self.env["channel.partner"]._by_id(
            channel, [one.external_id for one in people]
        )
        return [one for one in people if one.orders or one.external_id in known]

    def _apply_customers(self, channel, customers):
        if not customers:
            return
        people = {("id", one.external_id): person_of(one) for one in customers}
        Match = self.env["channel.partner.match"]
        places = Match._places_of([one.address for one in people.values()])
        known = self.env["channel.partner.find"]._by_id(channel, people)
        partners = Match._match(channel, people, places)
        wanted = {}
        for key, person in people.items():
            values = Match._prepare_customer(channel, person, places)
            if key in known or not self._is_new(partners[key], values):
                # what stands for an unknown name is none that the channel tells
                name = clean(person.buyer.name)
                wanted[key] = (partners[key], values | {"name": name})
        self.env["channel.customer.update"]._update(wanted.values(), places)

    def _is_new(self, partner, values):
        """Whether nothing can differ: the partner was made of these very values."""
        names = ("name", "street", "zip", "city", "email", "phone")
        return all((partner[name] or "") == (values[name] or "") for name in names)

    def _note_failure(self, row, error):
        row.state = "failed"
        self.env["channel.issue"]._report(
            row.channel_id,
            "customer_failed",
            f"{row.kind}:{row.external_id}",
            self.env._(
                "%(kind)s %(id)s could not be taken over: %(error)s. Correct it at the"
                " channel or here, then mark this issue as resolved.",
                kind=dict(row._fields["kind"]._description_selection(self.env))[
                    row.kind
                ],
                id=row.external_id,
                error=error,
            ),
            detail=type(error).__name__,
        )


def person_of(customer):
    """A customer as somebody to be found or made."""
    buyer = Buyer(
        external_id=customer.external_id,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
    )
    return Person(buyer, customer.address or Address())


def company_person(company):
    """A company as somebody to be found or made: with the tax number and the address of
    its first location."""
    first = company.locations[0] if company.locations else None
    buyer = Buyer(
        company=company.name,
        company_external_id=company.external_id,
        company_reference=company.reference,
        tax_id=first.tax_id if first else "",
        phone=first.phone if first else "",
    )
    own = first and (first.bill_to or first.ship_to)
    return ("id", person_id("company", company.external_id)), Person(
        buyer, own or Address()
    )
