-- One line a view: rows and a hash over all of them in a fixed order.
WITH
named AS (SELECT object_id, uri FROM log_objects),
e AS (SELECT e.* EXCLUDE (object_id), n.uri FROM events AS e JOIN named AS n ON n.object_id = e.object_id),
o AS (SELECT * EXCLUDE (object_id, ingested_at) FROM objects),
b AS (SELECT n.uri, sum(octet_length(b.body)) AS bytes, md5(string_agg(hex(b.body), '' ORDER BY b.body_offset)) AS body
      FROM object_bodies AS b JOIN named AS n ON n.object_id = b.object_id GROUP BY n.uri),
r AS (SELECT * EXCLUDE (object_id) FROM rejected_records),
c AS (SELECT c.event_uuid, n.uri, c.record_number, c.record_offset, c.record_length, c.record_hash
      FROM event_copies AS c JOIN named AS n ON n.object_id = c.object_id),
i AS (SELECT * EXCLUDE (item_no) FROM configuration_items),
d AS (SELECT n.uri, d.item_number, d.item_offset, d.item_length, d.damaged, r.item_hash
      FROM item_deliveries AS d JOIN named AS n ON n.object_id = d.object_id JOIN recorded_items AS r ON r.item_no = d.item_no),
raw AS (SELECT event_uuid, record_offset, record_length, record_hash FROM cloudtrail_events)
SELECT 'events', count(*) || ' ' || coalesce(md5(string_agg(CAST(e AS VARCHAR), chr(10) ORDER BY CAST(e AS VARCHAR))), '') FROM e
UNION ALL SELECT 'places', count(*) || ' ' || coalesce(md5(string_agg(CAST(raw AS VARCHAR), chr(10) ORDER BY CAST(raw AS VARCHAR))), '') FROM raw
UNION ALL SELECT 'objects', count(*) || ' ' || coalesce(md5(string_agg(CAST(o AS VARCHAR), chr(10) ORDER BY CAST(o AS VARCHAR))), '') FROM o
UNION ALL SELECT 'bodies', count(*) || ' ' || coalesce(md5(string_agg(CAST(b AS VARCHAR), chr(10) ORDER BY CAST(b AS VARCHAR))), '') FROM b
UNION ALL SELECT 'rejects', count(*) || ' ' || coalesce(md5(string_agg(CAST(r AS VARCHAR), chr(10) ORDER BY CAST(r AS VARCHAR))), '') FROM r
UNION ALL SELECT 'copies', count(*) || ' ' || coalesce(md5(string_agg(CAST(c AS VARCHAR), chr(10) ORDER BY CAST(c AS VARCHAR))), '') FROM c
UNION ALL SELECT 'items', count(*) || ' ' || coalesce(md5(string_agg(CAST(i AS VARCHAR), chr(10) ORDER BY CAST(i AS VARCHAR))), '') FROM i
UNION ALL SELECT 'deliveries of items', count(*) || ' ' || coalesce(md5(string_agg(CAST(d AS VARCHAR), chr(10) ORDER BY CAST(d AS VARCHAR))), '') FROM d
UNION ALL SELECT 'sessions', count(*) || ' ' || coalesce(md5(string_agg(CAST(s AS VARCHAR), chr(10) ORDER BY CAST(s AS VARCHAR))), '') FROM sessions AS s
UNION ALL SELECT 'event_resources', count(*) || ' ' || coalesce(md5(string_agg(CAST(x AS VARCHAR), chr(10) ORDER BY CAST(x AS VARCHAR))), '') FROM event_resources AS x;
