-- id: guardduty_region_not_watched
-- title: GuardDuty off or suspended in a region
-- kind: posture
-- check: LOG-08
-- severity: high
-- status: stable
-- resource_type: AWS::GuardDuty::Detector
-- changed_by: [guardduty:DeleteDetector, guardduty:UpdateDetector, guardduty:CreateDetector, guardduty:StopMonitoringMembers, guardduty:StartMonitoringMembers, guardduty:DisassociateFromAdministratorAccount, guardduty:DisassociateFromMasterAccount]
-- remediation: aws guardduty update-detector --detector-id {resource_id} --enable --region {region}
-- why: Nothing warns of stolen credentials and miners in a region that nobody watches.
-- fsbp: [GuardDuty.1]
-- gone: fail
-- description: >
--   A region has no GuardDuty detector, or one that is suspended or was deleted, or the
--   administrator stopped watching the account.
-- blind_spots:
--   - Which protection plans are on is not looked at.
--   - A detector that was deleted fails, also where another was made in its place before the case begins.
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_suspend-disable.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html

WITH looked AS (
  SELECT
    captured_at,
    resource_id,
    resource_arn,
    account_id,
    region,
    (config -> '$.Detector') IS NOT NULL AS known,
    config ->> '$.Detector.Status' AS detector_status,
    config ->> '$.Administrator.AccountId' AS administrator
  FROM snapshots
  WHERE resource_type = 'AWS::GuardDuty::Detector'
    AND status = 'found'
),
switched AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    event_name,
    account_id,
    region,
    coalesce(request_parameters ->> '$.detectorId', response_elements ->> '$.detectorId') AS detector,
    event_name = 'CreateDetector' AND (request_parameters ->> '$.enable') IS DISTINCT FROM 'false'
      OR event_name = 'UpdateDetector' AND (request_parameters ->> '$.enable') = 'true' AS watches
  FROM events
  WHERE operation IN ('guardduty:DeleteDetector', 'guardduty:UpdateDetector', 'guardduty:CreateDetector')
    AND error_code IS NULL
    AND coalesce(request_parameters ->> '$.detectorId', response_elements ->> '$.detectorId') IS NOT NULL
    -- A change of something else says nothing of it.
    AND (operation <> 'guardduty:UpdateDetector' OR (request_parameters ->> '$.enable') IS NOT NULL)
),
detectors AS (
  SELECT
    event_time,
    event_id,
    event_name,
    account_id,
    region,
    detector,
    watches
  FROM switched
  QUALIFY row_number() OVER (PARTITION BY account_id, region, detector ORDER BY event_time DESC, event_uuid DESC) = 1
),
-- What an administrator stopped is the member's: it is named by its account.
memberships AS (
  SELECT
    event_time,
    event_id,
    event_uuid,
    region,
    operation = 'guardduty:StartMonitoringMembers' AS watches,
    unnest(json_items(json_extract(request_parameters, '$.accountIds'))) ->> '$' AS member
  FROM events
  WHERE operation IN ('guardduty:StopMonitoringMembers', 'guardduty:StartMonitoringMembers')
    AND error_code IS NULL
),
members AS (
  SELECT
    member,
    region,
    arg_max(watches, (event_time, event_uuid)) AS watches,
    max(event_time) AS changed_at,
    arg_max(event_id, (event_time, event_uuid)) AS event_id
  FROM memberships
  GROUP BY member, region
)
SELECT
  CASE WHEN NOT known THEN NULL WHEN detector_status = 'ENABLED' THEN 'PASS' ELSE 'FAIL' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  CASE
    WHEN NOT known THEN 'whether GuardDuty watches ' || region || ' could not be read'
    WHEN detector_status = 'ENABLED' THEN 'GuardDuty watches ' || region
    WHEN detector_status IS NULL THEN region || ' has no GuardDuty detector'
    ELSE 'GuardDuty is suspended in ' || region
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  administrator,
  CASE WHEN known AND detector_status IS NULL THEN 'aws guardduty create-detector --enable --region {region}' END AS remediation
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN d.watches THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  d.event_time AS as_of,
  d.detector AS resource_id,
  d.account_id,
  d.region,
  CASE
    WHEN d.watches THEN 'GuardDuty was switched on in ' || d.region
    WHEN d.event_name = 'DeleteDetector' THEN 'the GuardDuty detector of ' || d.region || ' was deleted'
    ELSE 'GuardDuty was suspended in ' || d.region
  END AS summary,
  [d.event_id] AS event_ids,
  CASE WHEN d.event_name = 'DeleteDetector' THEN 'aws guardduty create-detector --enable --region {region}' END AS remediation
FROM detectors AS d
-- What was made anew does not count as deleted.
WHERE NOT (
  d.event_name = 'DeleteDetector'
  AND EXISTS (
    SELECT 1
    FROM detectors AS n
    WHERE n.account_id = d.account_id AND n.region = d.region AND n.detector <> d.detector AND n.watches AND n.event_time > d.event_time
  )
)
UNION ALL BY NAME
SELECT
  CASE WHEN watches THEN 'PASS' ELSE 'FAIL' END AS status,
  'logs' AS basis,
  changed_at AS as_of,
  member AS resource_id,
  member AS account_id,
  region,
  CASE WHEN watches THEN 'account ' || member || ' is watched in ' || region || ' again' ELSE 'the administrator of GuardDuty stopped watching account ' || member || ' in ' || region END AS summary,
  [event_id] AS event_ids,
  'aws guardduty start-monitoring-members --detector-id ADMINISTRATOR_DETECTOR_ID --account-ids {account_id} --region {region}' AS remediation
FROM members;
