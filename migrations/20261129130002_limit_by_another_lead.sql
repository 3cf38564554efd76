-- Whoever set the limit above which it takes two leads never grants a refund of that seller alone.
alter table seller add column refund_limit_set_by uuid references staff;
create or replace function refuse_refund_by_one() returns trigger language plpgsql as $$
declare
    paid bigint;
    by_one bigint;
    set_by uuid;
begin
    select o.price, s.refund_by_one_up_to, s.refund_limit_set_by into paid, by_one, set_by
    from purchase o join seller s on s.id = o.seller_id
    where o.id = new.purchase_id;
    if (paid > by_one or set_by = new.decided_by)
        and (new.first_by is null or new.first_by = new.decided_by or new.first_price <> paid) then
        raise exception 'a refund above the limit of its seller is granted by two leads' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
