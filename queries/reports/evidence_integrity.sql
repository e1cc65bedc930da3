-- id: reports_evidence_integrity
-- title: Is the evidence whole?
-- answers: [Q46]
-- description: >
--   One row per measure: what was read, damaged or refused, what was delivered more than
--   once, what came late, and what AWS itself left out. concern is true where the number
--   should be looked into. Objects, rejects and digests are counted over the whole case,
--   events over the scope. Whether digests are signed and chained is another matter:
--   trailbench verify.

WITH ledger AS (
  SELECT
    count(*) FILTER (WHERE kind NOT IN ('other', 'digest', 'config-snapshot', 'config-history')) AS log_objects,
    count(*) FILTER (WHERE status = 'damaged') AS damaged,
    count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE status = 'reading') AS unfinished,
    count(*) FILTER (WHERE status = 'ignored') AS ignored,
    count(*) FILTER (WHERE kind = 'digest') AS digest_objects,
    coalesce(sum(records) FILTER (WHERE kind NOT IN ('config-snapshot', 'config-history')), 0) AS records,
    coalesce(sum(rejects), 0) AS rejects,
    coalesce(sum(duplicates), 0) AS duplicates
  FROM objects
),
facts AS (
  SELECT
    count(*) AS events,
    count(*) FILTER (WHERE e.event_time IS NULL) AS without_time,
    count(*) FILTER (WHERE e.event_id <> CAST(e.event_uuid AS VARCHAR) OR e.event_id IS NULL) AS odd_ids,
    count(*) FILTER (WHERE e.damaged) AS behind_damage,
    count(*) FILTER (WHERE o.delivered_at - e.event_time > INTERVAL 15 MINUTE) AS late,
    count(*) FILTER (WHERE o.delivered_at - e.event_time > INTERVAL 24 HOUR) AS a_day_late,
    count(*) FILTER (WHERE o.delivered_at < e.event_time - INTERVAL 5 MINUTE) AS before_their_time,
    max(o.delivered_at - e.event_time) AS latest,
    count(*) FILTER (WHERE contains(e.extra_fields, '"addendum"')) AS addenda,
    count(*) FILTER (
      WHERE (e.request_parameters ->> '$.omitted') = 'true'
        OR (e.response_elements ->> '$.omitted') = 'true'
    ) AS omitted
  FROM events AS e
  LEFT JOIN objects AS o ON o.object_id = e.object_id
),
copies AS (
  SELECT
    count(*) AS events,
    count(*) FILTER (WHERE conflicting) AS conflicting
  FROM event_deliveries
),
signed AS (
  SELECT
    count(*) AS digests,
    count(DISTINCT account_id || ' ' || region) AS places,
    coalesce(sum(log_files), 0) AS log_files
  FROM digests
)
SELECT
  m.position,
  m.measure,
  m.count,
  m.concern,
  m.detail
FROM ledger AS l
CROSS JOIN facts AS f
CROSS JOIN copies AS c
CROSS JOIN signed AS s
CROSS JOIN LATERAL (
  VALUES
    (1, 'log objects read', CAST(l.log_objects AS BIGINT), l.log_objects = 0, 'objects of CloudTrail in the ledger'),
    (2, 'objects damaged', l.damaged, l.damaged > 0, 'their whole records were kept; trailbench objects status=damaged'),
    (3, 'objects failed', l.failed, l.failed > 0, 'not read; the next run tries again'),
    (4, 'objects half read', l.unfinished, l.unfinished > 0, 'a run was cut off; the next one goes on'),
    (5, 'objects ignored', l.ignored, false, 'neither of CloudTrail nor of AWS Config'),
    (6, 'records rejected', CAST(l.rejects AS BIGINT), l.rejects > 0, 'could not be decoded; see rejected_records'),
    (7, 'events', f.events, f.events = 0, 'distinct, within the scope'),
    (8, 'duplicate records', CAST(l.duplicates AS BIGINT), false, 'the same event from another object: overlapping trails or files read twice'),
    (9, 'events delivered twice or more', c.events, false, 'see event_deliveries'),
    (10, 'copies that disagree', c.conflicting, c.conflicting > 0, 'somebody changed one, or AWS corrected it: look at both'),
    (11, 'events without a time', f.without_time, f.without_time > 0, 'no scope with a time range shows them'),
    (12, 'events whose id is no UUID or missing', f.odd_ids, f.odd_ids > 0, 'written by something else than CloudTrail, or redacted'),
    (13, 'events behind damage', f.behind_damage, f.behind_damage > 0, 'read from an object that is in doubt'),
    (14, 'events delivered after 15 minutes', f.late, false, 'longest: ' || coalesce(CAST(f.latest AS VARCHAR), 'unknown')),
    (15, 'events delivered after a day', f.a_day_late, f.a_day_late > 0, 'a delivery was held up, or the object was written again'),
    (16, 'events delivered before they happened', f.before_their_time, f.before_their_time > 0, 'the time or the name of the object is not right'),
    (17, 'events with an addendum', f.addenda, false, 'CloudTrail delivered them late or corrected them; the addendum says why'),
    (18, 'events that AWS cut', f.omitted, f.omitted > 0, 'request or answer was over 100 kB'),
    (19, 'digest files', s.digests, s.digests = 0, CAST(s.log_files AS VARCHAR) || ' log files signed for in ' || CAST(s.places AS VARCHAR) || ' accounts and regions')
) AS m (position, measure, count, concern, detail)
ORDER BY m.position;
