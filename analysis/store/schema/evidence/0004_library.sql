-- Views for the bundled queries.

-- Who did how much of what, from where, on which day: what baselines compare. A
-- detection run puts it into memory once and asks it many times.
CREATE VIEW activity AS
SELECT
  e.day,
  e.account_id,
  e.region,
  e.event_source,
  i.identity_type,
  i.principal_arn,
  i.caller_account_id,
  i.session_name,
  i.access_key_id,
  i.invoked_by,
  c.source_ip,
  c.user_agent,
  e.events,
  e.writes,
  e.errors,
  e.first_time,
  e.last_time,
  e.first_event_id
FROM (
  SELECT
    CAST(event_time AS DATE) AS day,
    account_id,
    region,
    event_source,
    identity_id,
    client_id,
    count(*) AS events,
    count(*) FILTER (WHERE mutating) AS writes,
    count(*) FILTER (WHERE error_code IS NOT NULL) AS errors,
    min(event_time) AS first_time,
    max(event_time) AS last_time,
    coalesce(
      CASE
        WHEN min(event_time) FILTER (WHERE event_id_text IS NOT NULL) = min(event_time)
        THEN arg_min(event_id_text, event_time) FILTER (WHERE event_id_text IS NOT NULL)
      END,
      CAST(arg_min(event_uuid, event_time) AS VARCHAR)
    ) AS first_event_id
  FROM cloudtrail_events
  GROUP BY ALL
) AS e
JOIN identities AS i ON i.identity_id = e.identity_id
JOIN clients AS c ON c.client_id = e.client_id;

-- What the analyst named as the organization's own. It lives in the case file and
-- stands in front of this empty view while trailbench runs.
CREATE VIEW known AS
SELECT
  CAST(NULL AS VARCHAR) AS kind,
  CAST(NULL AS VARCHAR) AS value,
  CAST(NULL AS VARCHAR) AS name
WHERE false;

-- The time range of the question, open where NULL. trailbench puts the scope that was
-- asked for in front of it.
CREATE VIEW scope AS
SELECT
  CAST(NULL AS TIMESTAMP) AS since,
  CAST(NULL AS TIMESTAMP) AS until;

-- What a pivot is asked about: kind (principal_arn, access_key_id, source_ip, resource,
-- account_id, session_name, user_agent) and value.
CREATE VIEW subject AS
SELECT
  CAST(NULL AS VARCHAR) AS kind,
  CAST(NULL AS VARCHAR) AS value
WHERE false;

COMMENT ON VIEW activity IS 'One row per day, account, region, service, identity, address and user agent: who did how much. What baselines compare.';
COMMENT ON COLUMN activity.day IS 'UTC day';
COMMENT ON COLUMN activity.account_id IS 'Account that logged the calls';
COMMENT ON COLUMN activity.region IS 'Region';
COMMENT ON COLUMN activity.event_source IS 'Service, as in events';
COMMENT ON COLUMN activity.identity_type IS 'As in events';
COMMENT ON COLUMN activity.principal_arn IS 'As in events';
COMMENT ON COLUMN activity.caller_account_id IS 'As in events';
COMMENT ON COLUMN activity.session_name IS 'As in events';
COMMENT ON COLUMN activity.access_key_id IS 'As in events';
COMMENT ON COLUMN activity.invoked_by IS 'As in events';
COMMENT ON COLUMN activity.source_ip IS 'As in events';
COMMENT ON COLUMN activity.user_agent IS 'As in events';
COMMENT ON COLUMN activity.events IS 'How many events';
COMMENT ON COLUMN activity.writes IS 'How many of them are mutating';
COMMENT ON COLUMN activity.errors IS 'How many of them have an error code';
COMMENT ON COLUMN activity.first_time IS 'Time of the first of them';
COMMENT ON COLUMN activity.last_time IS 'Time of the last of them';
COMMENT ON COLUMN activity.first_event_id IS 'Event id of the first of them';

COMMENT ON VIEW known IS 'What the analyst named as the organization''s own accounts, principals and addresses; empty outside of trailbench.';
COMMENT ON COLUMN known.kind IS 'account_id, principal_arn or source_ip';
COMMENT ON COLUMN known.value IS 'The account id, the ARN, the address or CIDR';
COMMENT ON COLUMN known.name IS 'What the analyst calls it';

COMMENT ON VIEW scope IS 'One row: the time range of the question; NULL is open.';
COMMENT ON COLUMN scope.since IS 'Begin, inclusive, UTC';
COMMENT ON COLUMN scope.until IS 'End, exclusive, UTC';

COMMENT ON VIEW subject IS 'One row: what a pivot is asked about; empty outside of trailbench.';
COMMENT ON COLUMN subject.kind IS 'principal_arn, access_key_id, source_ip, resource, account_id, session_name or user_agent';
COMMENT ON COLUMN subject.value IS 'The value';
