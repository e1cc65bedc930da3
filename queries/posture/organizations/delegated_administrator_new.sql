-- id: organizations_delegated_administrator_new
-- title: Unknown or new delegated administrator of the organization
-- kind: posture
-- check: ORG-02
-- severity: critical
-- status: stable
-- resource_type: AWS::Organizations::Account
-- changed_by: [organizations:RegisterDelegatedAdministrator, organizations:DeregisterDelegatedAdministrator, organizations:InviteAccountToOrganization, organizations:CreateAccount]
-- remediation: aws organizations deregister-delegated-administrator --account-id {resource_id} --service-principal {service_principal}
-- why: Such an account rules a service in every account of the organization, as Identity Center or StackSets, from outside the management account.
-- description: >
--   An account that nobody knows administers a service for the organization, or one was
--   made to, or joined the organization, within the incident's time.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own; a member that an intruder brought in is one of them, unless the incident's time shows it.
--   - Which service a delegated administrator of the configuration administers is in the logs alone.
-- references:
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
--   - https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html

WITH incident AS (
  SELECT
    since IS NOT NULL OR until IS NOT NULL AS known,
    coalesce(since, TIMESTAMP '1970-01-01 00:00:00') AS since,
    coalesce(until, TIMESTAMP '9999-12-31 00:00:00') AS until
  FROM scope
),
looks AS (
  SELECT captured_at, resource_id, resource_arn, account_id, region, config -> '$.DelegatedAdministrators' AS administrators
  FROM snapshots
  WHERE resource_type = 'AWS::Organizations::Account'
    AND status = 'found'
),
-- Every look at an account lists all administrators: the last one counts.
listed AS (
  SELECT captured_at, account_id, region, administrator
  FROM (
    SELECT captured_at, account_id, region, unnest(json_items(administrators)) AS administrator
    FROM looks
  ) AS l
  QUALIFY row_number() OVER (PARTITION BY account_id, administrator ->> '$.Id' ORDER BY captured_at DESC) = 1
),
registrations AS (
  SELECT
    e.event_time,
    e.event_id,
    e.account_id,
    e.region,
    e.request_parameters ->> '$.accountId' AS administrator,
    e.request_parameters ->> '$.servicePrincipal' AS service,
    e.operation = 'organizations:RegisterDelegatedAdministrator' AS there,
    i.known AS time_known,
    i.known AND e.event_time >= i.since AND e.event_time < i.until AS in_window
  FROM events AS e
  CROSS JOIN incident AS i
  WHERE e.operation IN ('organizations:RegisterDelegatedAdministrator', 'organizations:DeregisterDelegatedAdministrator')
    AND e.error_code IS NULL
    AND (e.request_parameters ->> '$.accountId') IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY e.account_id, e.request_parameters ->> '$.accountId', e.request_parameters ->> '$.servicePrincipal'
    ORDER BY e.event_time DESC, e.event_id DESC
  ) = 1
),
judged AS (
  SELECT
    'config' AS basis,
    l.captured_at AS as_of,
    l.administrator ->> '$.Id' AS resource_id,
    l.administrator ->> '$.Arn' AS resource_arn,
    l.account_id,
    l.region,
    true AS known,
    true AS administers,
    (l.administrator ->> '$.Id') IN (SELECT o.account_id FROM own_accounts AS o) AS own,
    i.known AS time_known,
    i.known AND (
      TRY_CAST(l.administrator ->> '$.DelegationEnabledDate' AS TIMESTAMP) >= i.since AND TRY_CAST(l.administrator ->> '$.DelegationEnabledDate' AS TIMESTAMP) < i.until
      OR TRY_CAST(l.administrator ->> '$.JoinedTimestamp' AS TIMESTAMP) >= i.since AND TRY_CAST(l.administrator ->> '$.JoinedTimestamp' AS TIMESTAMP) < i.until
    ) AS in_window,
    CAST(NULL AS VARCHAR[]) AS services,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM listed AS l
  CROSS JOIN incident AS i
  UNION ALL BY NAME
  -- An account that was looked up, and is none.
  SELECT
    'config' AS basis,
    l.captured_at AS as_of,
    l.resource_id,
    l.resource_arn,
    l.account_id,
    l.region,
    l.administrators IS NOT NULL AS known,
    false AS administers,
    true AS own,
    true AS time_known,
    false AS in_window,
    CAST(NULL AS VARCHAR[]) AS services,
    CAST([] AS VARCHAR[]) AS event_ids
  FROM looks AS l
  WHERE NOT EXISTS (SELECT 1 FROM listed AS d WHERE d.account_id = l.account_id AND (d.administrator ->> '$.Id') = l.resource_id)
  UNION ALL BY NAME
  SELECT
    'logs' AS basis,
    max(event_time) AS as_of,
    administrator AS resource_id,
    account_id,
    max(region) AS region,
    true AS known,
    bool_or(there) AS administers,
    administrator IN (SELECT o.account_id FROM own_accounts AS o) AS own,
    bool_and(time_known) AS time_known,
    bool_or(there AND in_window) AS in_window,
    list(service ORDER BY event_time, service) FILTER (WHERE there AND service IS NOT NULL) AS services,
    list(event_id ORDER BY event_time, event_id) AS event_ids
  FROM registrations
  GROUP BY administrator, account_id
)
SELECT
  CASE
    WHEN NOT known THEN NULL
    WHEN NOT administers THEN 'PASS'
    WHEN NOT own OR in_window THEN 'FAIL'
    WHEN time_known OR basis = 'config' THEN 'PASS'
  END AS status,
  basis,
  as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  'account ' || resource_id || CASE
    WHEN NOT known THEN ' is there, and the delegated administrators could not be read'
    WHEN NOT administers THEN ' administers no service of the organization'
    WHEN NOT own THEN ', which nobody knows, administers ' || coalesce(array_to_string(services, ', '), 'services') || ' for the organization'
    WHEN in_window THEN ' was made an administrator of ' || coalesce(array_to_string(services, ', '), 'services of the organization') || ', or joined it, in the incident''s time'
    WHEN time_known OR basis = 'config' THEN ' is known, and administers ' || coalesce(array_to_string(services, ', '), 'services') || ' for the organization'
    ELSE ' was made an administrator of ' || coalesce(array_to_string(services, ', '), 'services') || ', and whether in the incident''s time is not known'
  END AS summary,
  event_ids,
  services,
  services[1] AS service_principal
FROM judged;
