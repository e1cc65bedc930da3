DELETE FROM cloudtrail_events WHERE event_uuid IN (SELECT event_uuid FROM feed_candidates());
DELETE FROM issued_sessions WHERE event_uuid IN (SELECT event_uuid FROM feed_candidates());
DELETE FROM resource_refs WHERE event_uuid IN (SELECT event_uuid FROM feed_candidates());
DELETE FROM aggregated_records WHERE event_uuid IN (SELECT event_uuid FROM feed_candidates());
