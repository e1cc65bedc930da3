-- id: guardduty_findings_suppressed
-- title: GuardDuty findings hidden by filter or trusted list
-- severity: high
-- status: stable
-- attack: [T1685]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A filter that archives findings unseen, or a list of trusted addresses or entities, was
--   set up in GuardDuty, or the bucket that receives findings was taken away. What matches
--   raises no alarm from then on.
-- false_positives:
--   - Tuning by the security team. The name and criteria should say so, and the principal be
--     one of theirs.
-- blind_spots:
--   - Findings archived one by one are not counted here.
-- triage:
--   - "Read criteria (or the list at its location): which addresses, accounts or finding
--     types does it hide?"
--   - Unarchive what it hid since event_time and read it.
-- references:
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateFilter.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateIPSet.html
--   - https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeletePublishingDestination.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  account_id,
  region,
  user_agent,
  coalesce(
    request_parameters ->> '$.name',
    request_parameters ->> '$.filterName',
    request_parameters ->> '$.ipSetId',
    request_parameters ->> '$.destinationId',
    request_parameters ->> '$.detectorId'
  ) AS resource,
  coalesce(CAST(request_parameters -> '$.findingCriteria' AS VARCHAR), request_parameters ->> '$.location') AS criteria,
  coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown') || CASE
    WHEN event_name LIKE '%Filter' THEN ' set GuardDuty filter to archive findings: '
    WHEN event_name = 'DeletePublishingDestination' THEN ' removed the destination of GuardDuty findings: '
    ELSE ' set a trusted list in GuardDuty: '
  END || coalesce(
    request_parameters ->> '$.name',
    request_parameters ->> '$.filterName',
    request_parameters ->> '$.location',
    request_parameters ->> '$.destinationId',
    '?'
  ) AS summary
FROM events
WHERE operation IN (
    'guardduty:CreateFilter',
    'guardduty:UpdateFilter',
    'guardduty:CreateIPSet',
    'guardduty:UpdateIPSet',
    'guardduty:CreateTrustedEntitySet',
    'guardduty:UpdateTrustedEntitySet',
    'guardduty:DeletePublishingDestination'
  )
  AND error_code IS NULL
  AND (
    (operation IN ('guardduty:CreateFilter', 'guardduty:UpdateFilter') AND (request_parameters ->> '$.action') = 'ARCHIVE')
    OR (
      operation IN (
        'guardduty:CreateIPSet',
        'guardduty:UpdateIPSet',
        'guardduty:CreateTrustedEntitySet',
        'guardduty:UpdateTrustedEntitySet'
      )
      AND (request_parameters ->> '$.activate') IS DISTINCT FROM 'false'
    )
    OR operation = 'guardduty:DeletePublishingDestination'
  );
