-- Where the application of a product is downloaded, for each kind of system that it is made for (R50).
create table installer (
    product_id uuid not null references product,
    os_family text not null constraint installer_os_known
        check (os_family in ('windows', 'windows_server', 'mac', 'android', 'ios')),
    address text not null constraint installer_address_secure check (address like 'https://%' and length(address) <= 500),
    primary key (product_id, os_family)
);
