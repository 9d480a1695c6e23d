-- Up Migration

-- What the last attempt was answered, for the owner of the endpoint: the beginning of its body, how long it took, when it was.
alter table webhook_deliveries
  add column answer text,
  add column duration_ms int,
  add column attempted_at timestamptz;
