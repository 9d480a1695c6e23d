-- Up Migration

-- Deliveries of an account that is erased, and owners in the order of their ids; the log of 30 days was read for each.
create index webhook_deliveries_owner on webhook_deliveries (owner_id);
