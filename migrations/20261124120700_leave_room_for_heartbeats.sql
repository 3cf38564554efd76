-- Devices that are neighbors in the table are often those of one office and call at the same time: each page has room for
-- a second version of all its rows, so that none has to move and no index is touched.
alter table device_contact set (fillfactor = 50);
