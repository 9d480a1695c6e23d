-- Up Migration

-- Whether an event reached an endpoint by another delivery, which is asked before failed ones are sent again.
create index webhook_deliveries_event on webhook_deliveries (webhook_id, event_id);
