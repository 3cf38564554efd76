-- Above which amount it takes two leads is part of a seller's entry, with its versions.
create or replace view catalog_entry as
select 'product' as part, p.id, p.name as title, p.id as product_id, null::uuid as seller_id, p.retired_at,
    jsonb_build_object('product', jsonb_build_object(
        'sku', p.sku, 'name', p.name, 'family', p.version_family, 'covers', p.covers, 'components', to_jsonb(p.components)
    )) as entry
from product p
union all
select 'version', e.id, p.name || ' ' || e.version_family, p.id, null, null,
    jsonb_build_object('version', jsonb_build_object(
        'product', p.id, 'family', e.version_family, 'updates', e.updates,
        'manual_databases_stop', e.manual_databases_stop, 'restricted', to_jsonb(e.restricted)
    ))
from expiry_rule e join product p on p.id = e.product_id
union all
select 'bundle', b.id, b.name, b.product_id, null, b.retired_at,
    jsonb_build_object('bundle', jsonb_build_object(
        'product', b.product_id, 'sku', b.sku, 'name', b.name, 'seats', b.seats, 'days', b.term_days
    ))
from bundle b
union all
select 'seller', s.id, s.name, null, s.id, s.retired_at,
    jsonb_build_object('seller', jsonb_build_object(
        'code', s.code, 'name', s.name, 'kind', s.kind, 'countries', to_jsonb(s.countries), 'contact', s.contact,
        'checkout', s.checkout_url, 'refund_days', s.refund_window_days, 'recipient', s.recipient,
        'refund_by_one', s.refund_by_one_up_to
    ))
from seller s
union all
select 'price', l.id, p.name || ', ' || s.name, p.id, s.id, l.retired_at,
    jsonb_build_object('price', jsonb_build_object(
        'seller', s.id, 'product', p.id, 'currency', l.currency, 'yearly', l.yearly,
        'renewal_discount', l.renewal_discount
    ))
from price_list l join product p on p.id = l.product_id join seller s on s.id = l.seller_id;
