-- Up Migration

-- What is like a look is some of a thousand candidates: with the look itself in the indices none of their rows is fetched.
drop index looks_part1;
drop index looks_part2;
drop index looks_part3;
drop index looks_part4;
create index looks_part1 on looks (owner_id, ((look & 65535)::integer)) include (look, image_id);
create index looks_part2 on looks (owner_id, (((look >> 16) & 65535)::integer)) include (look, image_id);
create index looks_part3 on looks (owner_id, (((look >> 32) & 65535)::integer)) include (look, image_id);
create index looks_part4 on looks (owner_id, (((look >> 48) & 65535)::integer)) include (look, image_id);
