-- Up Migration

-- Whether bytes are there already, asked before and after they are sent.
create index versions_sha256 on versions (sha256);
