-- id: guardduty_findings_hidden
-- title: Filters or trusted lists that hide findings of GuardDuty
-- kind: posture
-- check: LOG-09
-- severity: high
-- status: stable
-- resource_type: AWS::GuardDuty::Detector
-- changed_by: [guardduty:CreateFilter, guardduty:UpdateFilter, guardduty:DeleteFilter, guardduty:CreateIPSet, guardduty:UpdateIPSet, guardduty:DeleteIPSet]
-- remediation: aws guardduty delete-filter --detector-id {resource_id} --filter-name {filter} --region {region}
-- why: A filter archives what would give an intruder away, and of trusted addresses nothing is reported at all.
-- description: >
--   A filter archives findings, or a list of trusted addresses is active, that was made or
--   changed within the incident's time (within the logs, where that is not known), or a
--   filter archives everything.
-- blind_spots:
--   - Filters and lists from before are taken for the organization's own, unless they hide everything.
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/ug/findings_suppression-rule.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateFilter.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateIPSet.html

WITH incident AS (
  SELECT any_value(since) AS since, any_value(until) AS until FROM scope
),
changes AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    account_id,
    region,
    request_parameters ->> '$.detectorId' AS detector,
    contains(operation, 'Filter') AS of_filter,
    -- A list has a name when it is made, and then an id.
    coalesce(
      request_parameters ->> '$.filterName',
      CASE WHEN contains(operation, 'Filter') THEN request_parameters ->> '$.name' END,
      request_parameters ->> '$.ipSetId',
      response_elements ->> '$.ipSetId',
      request_parameters ->> '$.name'
    ) AS name,
    CASE operation
      WHEN 'guardduty:CreateFilter' THEN (request_parameters ->> '$.action') = 'ARCHIVE'
      WHEN 'guardduty:UpdateFilter' THEN (request_parameters ->> '$.action') = 'ARCHIVE'
      WHEN 'guardduty:CreateIPSet' THEN (request_parameters ->> '$.activate') IS DISTINCT FROM 'false'
      WHEN 'guardduty:UpdateIPSet' THEN (request_parameters ->> '$.activate') IS DISTINCT FROM 'false'
      ELSE false
    END AS hides
  FROM events
  WHERE operation IN (
      'guardduty:CreateFilter', 'guardduty:UpdateFilter', 'guardduty:DeleteFilter', 'guardduty:CreateIPSet', 'guardduty:UpdateIPSet', 'guardduty:DeleteIPSet'
    )
    AND error_code IS NULL
    AND (request_parameters ->> '$.detectorId') IS NOT NULL
    -- A change of something else leaves a filter what it was.
    AND (operation <> 'guardduty:UpdateFilter' OR (request_parameters ->> '$.action') IS NOT NULL)
),
-- What last became of each, of those that ever hid something.
hidden AS (
  SELECT
    account_id,
    region,
    detector,
    of_filter,
    name,
    arg_max(hides, (event_time, event_uuid)) AS hides,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id
  FROM changes
  WHERE name IS NOT NULL
  GROUP BY account_id, region, detector, of_filter, name
  HAVING bool_or(hides)
),
logged AS (
  SELECT
    h.account_id,
    h.region,
    h.detector,
    max(h.changed_at) AS changed_at,
    list(h.event_id ORDER BY h.changed_at, h.event_id) AS event_ids,
    coalesce(list(h.name ORDER BY h.name) FILTER (
      WHERE h.of_filter AND h.hides AND h.changed_at >= coalesce(i.since, h.changed_at) AND h.changed_at <= coalesce(i.until, h.changed_at)
    ), []) AS filters,
    coalesce(list(h.name ORDER BY h.name) FILTER (
      WHERE NOT h.of_filter AND h.hides AND h.changed_at >= coalesce(i.since, h.changed_at) AND h.changed_at <= coalesce(i.until, h.changed_at)
    ), []) AS lists
  FROM hidden AS h
  CROSS JOIN incident AS i
  GROUP BY h.account_id, h.region, h.detector
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.Filters') IS NOT NULL AND (s.config -> '$.IPSets') IS NOT NULL AS known,
    list_filter(json_items(s.config -> '$.Filters'), lambda f: (f ->> '$.Action') = 'ARCHIVE') AS archiving,
    list_filter(json_items(s.config -> '$.IPSets'), lambda l: (l ->> '$.Status') IN ('ACTIVE', 'ACTIVATING')) AS trusted,
    coalesce(l.filters, []) AS late_filters,
    coalesce(l.lists, []) AS late_lists,
    l.event_ids
  FROM snapshots AS s
  LEFT JOIN logged AS l ON l.account_id = s.account_id AND l.region = s.region AND l.detector = s.resource_id AND l.changed_at <= s.captured_at
  WHERE s.resource_type = 'AWS::GuardDuty::Detector'
    AND s.status = 'found'
    -- A region without a detector hides nothing.
    AND json_type(s.config, '$.Detector') IS DISTINCT FROM 'NULL'
),
judged AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    known,
    event_ids,
    list_transform(
      list_filter(
        archiving,
        -- Everything is hidden where nothing but severity, account or region is asked for.
        lambda f: list_contains(late_filters, f ->> '$.Name')
          OR len(list_filter(
            coalesce(json_keys(f, '$.FindingCriteria.Criterion'), []),
            lambda c: c NOT IN ('severity', 'accountId', 'region', 'service.archived')
          )) = 0
      ),
      lambda f: f ->> '$.Name'
    ) AS filters,
    list_transform(
      list_filter(trusted, lambda l: list_has_any(late_lists, [l ->> '$.IpSetId', l ->> '$.Name'])),
      lambda l: coalesce(l ->> '$.Name', '') || ' (' || coalesce(l ->> '$.Location', '?') || ')'
    ) AS lists,
    len(archiving) + len(trusted) AS older
  FROM looked
)
SELECT
  CASE WHEN len(filters) + len(lists) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  CASE WHEN len(filters) + len(lists) > 0 AND event_ids IS NOT NULL THEN 'joined' ELSE 'config' END AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN len(filters) + len(lists) > 0 THEN 'GuardDuty hides findings in ' || region || ' by ' || concat_ws(
      ' and ',
      CASE WHEN len(filters) > 0 THEN 'filter ' || array_to_string(filters, ', ') END,
      CASE WHEN len(lists) > 0 THEN 'trusted list ' || array_to_string(lists, ', ') END
    )
    WHEN NOT known THEN 'the filters or trusted lists of GuardDuty in ' || region || ' could not be read'
    WHEN older > 0 THEN 'the filters and trusted lists of GuardDuty in ' || region || ' are from before: ' || older
    ELSE 'GuardDuty hides no findings in ' || region
  END AS summary,
  CASE WHEN len(filters) + len(lists) > 0 THEN coalesce(event_ids, []) ELSE [] END AS event_ids,
  filters,
  filters[1] AS filter,
  lists,
  CASE WHEN len(filters) = 0 AND len(lists) > 0 THEN 'aws guardduty update-ip-set --detector-id {resource_id} --ip-set-id IP_SET_ID --no-activate --region {region}' END AS remediation
FROM judged
UNION ALL BY NAME
SELECT
  CASE WHEN len(filters) + len(lists) > 0 THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  changed_at AS as_of,
  detector AS resource_id,
  account_id,
  region,
  CASE
    WHEN len(filters) + len(lists) > 0 THEN 'GuardDuty was made to hide findings in ' || region || ' by ' || concat_ws(
      ' and ',
      CASE WHEN len(filters) > 0 THEN 'filter ' || array_to_string(filters, ', ') END,
      CASE WHEN len(lists) > 0 THEN 'trusted list ' || array_to_string(lists, ', ') END
    )
    ELSE 'nothing that hides findings in ' || region || ' is left of the incident''s time'
  END AS summary,
  event_ids,
  filters,
  filters[1] AS filter,
  lists,
  lists[1] AS list,
  CASE WHEN len(filters) = 0 AND len(lists) > 0 THEN 'aws guardduty update-ip-set --detector-id {resource_id} --ip-set-id {list} --no-activate --region {region}' END AS remediation
FROM logged;
