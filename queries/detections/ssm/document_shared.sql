-- id: ssm_document_shared
-- title: Systems Manager document shared with everyone or a foreign account
-- severity: high
-- status: stable
-- attack: [T1537, T1651]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   A command or automation document was shared with all of AWS or with an account that is
--   neither in this case nor named as known, or the block on public sharing was lifted.
--   Documents hold scripts, names and sometimes passwords.
-- false_positives:
--   - A document shared with accounts of the organization; name them as known.
-- blind_spots:
--   - A document that was public before the case began.
-- triage:
--   - Read the document for secrets, and share it no longer.
--   - Did another account run it after event_time?
-- references:
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ModifyDocumentPermission.html
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html

WITH own AS (
  -- The accounts of the case and those that the analyst named are no strangers.
  SELECT value AS id
  FROM known
  WHERE kind = 'account_id'
  UNION
  SELECT account_id AS id
  FROM accounts
  WHERE account_id IS NOT NULL
),
shares AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    account_id,
    region,
    user_agent,
    operation,
    coalesce(request_parameters ->> '$.name', request_parameters ->> '$.settingId') AS resource,
    unnest(CASE json_type(request_parameters, '$.accountIdsToAdd')
      WHEN 'ARRAY' THEN CAST(request_parameters -> '$.accountIdsToAdd' AS VARCHAR[])
      ELSE ['all']
    END) AS grantee
  FROM events
  WHERE operation IN ('ssm:ModifyDocumentPermission', 'ssm:UpdateServiceSetting')
    AND error_code IS NULL
    AND (
      (operation = 'ssm:ModifyDocumentPermission' AND json_type(request_parameters, '$.accountIdsToAdd') = 'ARRAY')
      OR (
        (request_parameters ->> '$.settingId') LIKE '%/documents/console/public-sharing-permission'
        AND (request_parameters ->> '$.settingValue') = 'Enable'
      )
    )
)
SELECT
  event_time,
  [event_id] AS event_ids,
  any_value(principal_arn) AS principal_arn,
  any_value(access_key_id) AS access_key_id,
  any_value(source_ip) AS source_ip,
  any_value(account_id) AS account_id,
  any_value(region) AS region,
  any_value(user_agent) AS user_agent,
  any_value(resource) AS resource,
  string_agg(DISTINCT grantee, ', ' ORDER BY grantee) AS grantees,
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || CASE any_value(operation)
    WHEN 'ssm:UpdateServiceSetting' THEN ' allowed documents to be shared with everyone'
    ELSE ' shared document ' || coalesce(any_value(resource), '?') || ' with '
      || replace(string_agg(DISTINCT grantee, ', ' ORDER BY grantee), 'all', 'everyone')
  END AS summary
FROM shares
WHERE lower(grantee) = 'all'
  OR (grantee <> account_id AND grantee NOT IN (SELECT id FROM own))
GROUP BY
  event_time,
  event_id;
