-- Above the seller's limit a refund is granted by two leads, each for the same amount.
alter table seller add column refund_by_one_up_to bigint
    constraint seller_refund_limit check (refund_by_one_up_to >= 0);
comment on column seller.refund_by_one_up_to is 'in the smallest unit of the order''s currency; null: one lead decides every refund';
alter table refund
    add column first_by uuid references staff,
    add column first_at timestamptz,
    add column first_reason text,
    add column first_price bigint,
    add constraint refund_first_lead_whole check (
        (first_by is null) = (first_at is null)
        and (first_by is null) = (first_reason is null)
        and (first_by is null) = (first_price is null));

-- no way to a granted refund goes around the second lead, not even one without Latchkey
create function refuse_refund_by_one() returns trigger language plpgsql as $$
declare
    paid bigint;
    by_one bigint;
begin
    select o.price, s.refund_by_one_up_to into paid, by_one
    from purchase o join seller s on s.id = o.seller_id
    where o.id = new.purchase_id;
    if paid > by_one and (new.first_by is null or new.first_by = new.decided_by or new.first_price <> paid) then
        raise exception 'a refund above the limit of its seller is granted by two leads' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger refund_is_granted_by_two before insert or update on refund
    for each row when (new.state in ('approved', 'paid')) execute function refuse_refund_by_one();
