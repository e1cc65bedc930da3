-- id: ssm_shared_document
-- title: SSM document shared with everyone or a foreign account
-- kind: posture
-- check: SSM-01
-- severity: high
-- status: stable
-- resource_type: AWS::SSM::Document
-- changed_by: [ssm:ModifyDocumentPermission]
-- remediation: aws ssm modify-document-permission --name {resource_id} --permission-type Share --account-ids-to-remove {shared_with} --region {region}
-- why: Commands, host names and passwords in a document are open to whoever it is shared with, in every version.
-- fsbp: [SSM.4]
-- description: >
--   A document of Systems Manager is shared with everyone, or with an account that is none
--   of the organization's or known.
-- blind_spots:
--   - Accounts whose logs are in the case, that are known or that the organization lists count as its own.
--   - Of the logs alone, shares from before the first event are not known.
-- references:
--   - https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ModifyDocumentPermission.html
--   - https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html

WITH own AS (
  SELECT coalesce(list(account_id), []) AS ids FROM own_accounts
),
looked AS (
  SELECT
    s.captured_at,
    s.resource_id,
    s.resource_arn,
    s.account_id,
    s.region,
    (s.config -> '$.Sharing') IS NOT NULL AS known,
    list_filter(
      list_transform(s.config ->> '$.Sharing.AccountIds[*]', lambda a: lower(a)),
      lambda a: NOT list_contains(own.ids, a)
    ) AS shared_with
  FROM snapshots AS s
  CROSS JOIN own
  WHERE s.resource_type = 'AWS::SSM::Document'
    AND s.status = 'found'
),
changes AS (
  SELECT
    event_time,
    event_id,
    account_id,
    region,
    regexp_extract(request_parameters ->> '$.name', '[^/]+$') AS document,
    json_items(json_extract(request_parameters, '$.accountIdsToAdd')) AS added,
    json_items(json_extract(request_parameters, '$.accountIdsToRemove')) AS removed
  FROM events
  WHERE operation = 'ssm:ModifyDocumentPermission'
    AND error_code IS NULL
    AND (request_parameters ->> '$.name') IS NOT NULL
),
steps AS (
  SELECT event_time, event_id, account_id, region, document, true AS shares, unnest(added) ->> '$' AS grantee FROM changes
  UNION ALL
  SELECT event_time, event_id, account_id, region, document, false AS shares, unnest(removed) ->> '$' AS grantee FROM changes
),
permissions AS (
  SELECT
    account_id,
    region,
    document,
    lower(grantee) AS grantee,
    arg_max(shares, event_time) AS shared,
    max(event_time) AS changed_at,
    arg_max(event_id, event_time) AS event_id
  FROM steps
  WHERE grantee NOT IN (SELECT o.account_id FROM own_accounts AS o)
  GROUP BY account_id, region, document, lower(grantee)
)
SELECT
  CASE WHEN len(shared_with) > 0 THEN 'FAIL' WHEN known THEN 'PASS' END AS status,
  'config' AS basis,
  captured_at AS as_of,
  resource_id,
  resource_arn,
  account_id,
  region,
  'document ' || resource_id || CASE
    WHEN list_contains(shared_with, 'all') THEN ' is shared with everyone'
    WHEN len(shared_with) > 0 THEN ' is shared with ' || array_to_string(shared_with, ', ')
    WHEN known THEN ' is shared with nobody outside'
    ELSE ' is there, and whom it is shared with could not be read'
  END AS summary,
  CAST([] AS VARCHAR[]) AS event_ids,
  shared_with
FROM looked
UNION ALL BY NAME
SELECT
  CASE WHEN bool_or(shared) THEN 'FAIL' ELSE 'PASS' END AS status,
  'logs' AS basis,
  max(changed_at) AS as_of,
  document AS resource_id,
  account_id,
  region,
  'document ' || document || CASE
    WHEN bool_or(shared AND grantee = 'all') THEN ' was shared with everyone and not taken back'
    WHEN bool_or(shared) THEN ' was shared with ' || string_agg(grantee, ', ' ORDER BY grantee) FILTER (WHERE shared) || ' and not taken back'
    ELSE ' was shared, and all of it was taken back'
  END AS summary,
  list(event_id ORDER BY changed_at, event_id) AS event_ids,
  coalesce(list(grantee ORDER BY grantee) FILTER (WHERE shared), []) AS shared_with
FROM permissions
GROUP BY account_id, region, document;
