-- Through whom a store is paid, and where that partner's customers look an order up (R82, R88).
alter table seller
    add column payment_partner text constraint seller_payment_partner_length check (length(payment_partner) between 1 and 80),
    add column order_lookup text constraint seller_order_lookup_address
        check (order_lookup like 'https://%' and length(order_lookup) <= 500);
