-- id: backup_protection_weakened
-- title: Backup plan, lock or vault policy removed or opened
-- severity: medium
-- status: stable
-- attack: [T1490, T1537]
-- requires: [management]
-- key: [principal_arn, resource, account_id, region]
-- description: >
--   What makes or guards backups was taken away: a plan or what it selects, the lock or the
--   policy of a vault, its alerts, or a type of resource that is no longer backed up. Or a
--   vault was opened to a foreign account.
-- false_positives:
--   - A plan that is replaced by another, by decision.
-- blind_spots:
--   - A plan that is overwritten with a shorter retention (UpdateBackupPlan) is not compared
--     with the one before.
-- triage:
--   - Are the resources of the plan still backed up by another one?
--   - List every event by access_key_id in the 24 hours around event_time.
-- references:
--   - https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupPlan.html
--   - https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteBackupVaultLockConfiguration.html
--   - https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultAccessPolicy.html

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
changes AS (
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
    event_name,
    operation,
    coalesce(request_parameters ->> '$.backupVaultName', request_parameters ->> '$.backupPlanId') AS resource,
    unnest(CASE operation
      WHEN 'backup:PutBackupVaultAccessPolicy'
        THEN list_distinct(regexp_extract_all(coalesce(request_parameters ->> '$.policy', ''), 'iam::([0-9]{12}):', 1))
      ELSE ['']
    END) AS grantee_account
  FROM events
  WHERE operation IN (
      'backup:DeleteBackupPlan',
      'backup:DeleteBackupSelection',
      'backup:DeleteBackupVaultLockConfiguration',
      'backup:DeleteBackupVaultAccessPolicy',
      'backup:DeleteBackupVaultNotifications',
      'backup:PutBackupVaultAccessPolicy',
      'backup:UpdateRegionSettings'
    )
    AND error_code IS NULL
    AND invoked_by IS NULL
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND (operation <> 'backup:UpdateRegionSettings' OR regexp_matches(request_parameters, '"[A-Za-z0-9 ]+"\s*:\s*false'))
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
  any_value(coalesce(nullif(regexp_extract(principal_arn, '[^:/]+$'), ''), identity_type, 'unknown')) || ' called ' || any_value(event_name) || ' on ' || coalesce(any_value(resource), any_value(region), '?')
    || coalesce(' for account ' || nullif(string_agg(grantee_account, ', ' ORDER BY grantee_account), ''), '') AS summary
FROM changes
WHERE operation <> 'backup:PutBackupVaultAccessPolicy'
  OR (grantee_account <> account_id AND grantee_account NOT IN (SELECT id FROM own))
GROUP BY
  event_time,
  event_id;
