"""The set-based statements of the price lane."""

CONSUME_INTENTS = """
DELETE FROM channel_intent WHERE kind = 'price' RETURNING product_id, channel_id
"""

# Where an intent speaks of everything, both lists are NULL.
WANTED = """(%(everything)s OR listing.channel_id = ANY(%(channels)s)
            OR listing.product_id = ANY(%(products)s))"""

# What is for sale where people want prices to be set.
PRICED = """
       channel.price_flow <> 'off' AND list.active
   AND (list.kind = 'base' OR list.pricelist_id IS NOT NULL)
   AND listing.product_id IS NOT NULL AND listing.active AND listing.push_price
   AND listing.state NOT IN ('archived', 'gone')
"""

# The base price is known from the catalogue already.
MAKE_ROWS = f"""
INSERT INTO channel_listing_price
       (listing_id, price_list_id, channel_id, company_id, state, dirty, confirmed,
        confirmed_at)
SELECT listing.id, list.id, listing.channel_id, listing.company_id, 'open', TRUE,
       CASE WHEN known THEN listing.price END, CASE WHEN known THEN listing.seen_at END
  FROM channel_listing listing
  JOIN channel_channel channel ON channel.id = listing.channel_id
  JOIN channel_price_list list ON list.channel_id = listing.channel_id
  JOIN LATERAL (SELECT list.kind = 'base' AND listing.price IS NOT NULL
                   AND listing.currency_id = list.currency_id) AS seen (known) ON TRUE
 WHERE {WANTED} AND {PRICED}
    ON CONFLICT (listing_id, price_list_id) DO NOTHING
"""

MARK_DIRTY = f"""
UPDATE channel_listing_price price SET dirty = TRUE
  FROM channel_listing listing
 WHERE listing.id = price.listing_id AND NOT price.dirty AND {WANTED}
"""

# What has no price now waits for a change; what is on the way is judged afterwards.
FORGET_OTHERS = f"""
UPDATE channel_listing_price price
   SET dirty = FALSE, state = 'idle', unusual = NULL, error = NULL
 WHERE price.dirty AND price.batch_id IS NULL AND price.channel_id = %(channel)s
   AND NOT EXISTS (
    SELECT FROM channel_listing listing
      JOIN channel_channel channel ON channel.id = listing.channel_id
      JOIN channel_price_list list ON list.id = price.price_list_id
     WHERE listing.id = price.listing_id AND {PRICED})
"""

LOAD = """
SELECT price.id, price.price_list_id, price.listing_id, listing.product_id, price.state,
       price.confirmed::text, price.confirmed_compare::text, price.sent::text,
       price.sent_compare::text, price.approved::text
  FROM channel_listing_price price
  JOIN channel_listing listing ON listing.id = price.listing_id
 WHERE price.dirty AND price.batch_id IS NULL AND price.channel_id = %(channel)s
 ORDER BY price.price_list_id, price.id
 LIMIT %(limit)s
"""

STORE = """
UPDATE channel_listing_price price
   SET amount = given.amount, compare_at = given.compare_at, state = given.state,
       unusual = given.unusual, error = given.error, inputs = given.inputs::jsonb,
       computed_at = now() AT TIME ZONE 'UTC', dirty = FALSE
  FROM unnest(%(ids)s::int[], %(amounts)s::numeric[], %(compares)s::numeric[],
              %(states)s::varchar[], %(reasons)s::varchar[], %(errors)s::varchar[],
              %(inputs)s::text[])
       AS given (id, amount, compare_at, state, unusual, error, inputs)
 WHERE price.id = given.id
"""

APPROVE = """
UPDATE channel_listing_price
   SET state = 'open', approved = amount, unusual = NULL
 WHERE id = ANY(%(prices)s) AND state = 'held'
"""

SEND_AGAIN = """
UPDATE channel_listing_price
   SET dirty = TRUE, sent = NULL, sent_compare = NULL, error = NULL
 WHERE listing_id = ANY(%(listings)s)
"""

# Prices that are sent again after somebody has changed them there are no changes.
RUN = """
SELECT count(*) FILTER (WHERE state = 'open' AND confirmed IS NOT NULL
                          AND amount IS DISTINCT FROM sent
                          AND amount IS DISTINCT FROM approved),
       count(*)
  FROM channel_listing_price
 WHERE channel_id = %(channel)s AND state <> 'idle'
"""

HOLD_RUN = """
UPDATE channel_listing_price SET state = 'held', unusual = 'run'
 WHERE channel_id = %(channel)s AND state = 'open' AND confirmed IS NOT NULL
   AND amount IS DISTINCT FROM sent AND amount IS DISTINCT FROM approved
"""

HELD = """
SELECT unusual, count(*) FROM channel_listing_price
 WHERE channel_id = %(channel)s AND state = 'held' GROUP BY unusual
"""

# Variants of one product are set by one call.
SENDABLE = """
SELECT price.id, price.price_list_id, price.listing_id, list.external_id, currency.name,
       listing.external_id, listing.external_product_id, price.amount::text,
       price.compare_at::text, price.confirmed::text, price.confirmed_compare::text,
       list.compare_at = 'keep', price.inputs::text
  FROM channel_listing_price price
  JOIN channel_listing listing ON listing.id = price.listing_id
  JOIN channel_price_list list ON list.id = price.price_list_id
  JOIN res_currency currency ON currency.id = list.currency_id
 WHERE price.channel_id = %(channel)s AND price.state = 'open' AND NOT price.dirty
   AND price.batch_id IS NULL
 ORDER BY price.price_list_id, listing.external_product_id, price.id
"""

SENT = """
UPDATE channel_listing_price price
   SET state = 'sent', batch_id = given.batch_id, sent = price.amount,
       sent_compare = CASE WHEN given.kept THEN price.confirmed_compare
                           ELSE price.compare_at END,
       sent_at = now() AT TIME ZONE 'UTC'
  FROM unnest(%(ids)s::int[], %(batches)s::int[], %(kept)s::boolean[])
       AS given (id, batch_id, kept)
 WHERE price.id = given.id
"""

FINISHED = """
SELECT id FROM channel_push_batch
 WHERE kind = 'price' AND NOT folded AND state NOT IN ('pending', 'sent') ORDER BY id
"""

FOLD = """
UPDATE channel_listing_price price
   SET state = CASE item.status WHEN 'done' THEN 'same'
                                WHEN 'rejected' THEN 'rejected' ELSE 'open' END,
       confirmed = CASE item.status WHEN 'done' THEN price.sent ELSE confirmed END,
       confirmed_compare = CASE item.status WHEN 'done' THEN price.sent_compare
                                            ELSE confirmed_compare END,
       confirmed_at = CASE item.status WHEN 'done' THEN batch.answered_at
                                       ELSE confirmed_at END,
       error = CASE item.status WHEN 'rejected'
                                THEN coalesce(item.message, item.code) END,
       -- what did not arrive counts as never sent
       sent = CASE WHEN item.status IN ('done', 'rejected') THEN price.sent END,
       sent_compare = CASE WHEN item.status IN ('done', 'rejected')
                           THEN price.sent_compare END,
       approved = CASE WHEN item.status <> 'done' THEN price.approved END,
       dirty = price.dirty OR item.status NOT IN ('done', 'rejected'),
       batch_id = NULL
  FROM channel_push_item item
  JOIN channel_push_batch batch ON batch.id = item.batch_id
 WHERE batch.id = ANY(%(batches)s) AND item.price_id = price.id
   AND price.batch_id = batch.id
RETURNING price.id, price.state
"""

TOLD = """
SELECT DISTINCT ON (price_id) price_id, amount::text, compare_at::text
  FROM channel_price_entry WHERE price_id = ANY(%(prices)s) ORDER BY price_id, id DESC
"""

MARK_FOLDED = "UPDATE channel_push_batch SET folded = TRUE WHERE id = ANY(%(batches)s)"

NOT_SENT = """
UPDATE channel_price_entry entry SET shadow = TRUE
  FROM channel_push_item item JOIN channel_push_batch batch ON batch.id = item.batch_id
 WHERE batch.id = ANY(%(batches)s) AND batch.state = 'superseded'
   AND entry.item_id = item.id
"""

# Sales that began or ended since the last look; a rule holds up to its last moment.
TURNED = """
SELECT item.product_id, coalesce(item.product_tmpl_id, variant.product_tmpl_id)
  FROM product_pricelist_item item
  LEFT JOIN product_product variant ON variant.id = item.product_id
 WHERE (item.date_start > %(since)s AND item.date_start <= %(now)s)
    OR (item.date_end >= %(since)s AND item.date_end < %(now)s)
"""

# --- comparing with the channel -------------------------------------------------------

TO_READ = """
SELECT price.id, listing.external_id, price.confirmed::text,
       price.confirmed_compare::text
  FROM channel_listing_price price
  JOIN channel_listing listing ON listing.id = price.listing_id
 WHERE price.price_list_id = %(list)s AND price.id > %(after)s
   AND price.batch_id IS NULL AND price.state <> 'idle'
 ORDER BY price.id LIMIT %(limit)s
"""

OBSERVED = """
UPDATE channel_listing_price price
   SET confirmed = given.amount, confirmed_compare = given.compare_at,
       confirmed_at = given.read_at, dirty = dirty OR given.differs
  FROM unnest(%(ids)s::int[], %(amounts)s::numeric[], %(compares)s::numeric[],
              %(moments)s::timestamp[], %(differ)s::boolean[])
       AS given (id, amount, compare_at, read_at, differs)
 WHERE price.id = given.id AND price.batch_id IS NULL
"""
