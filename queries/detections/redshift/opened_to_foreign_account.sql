-- id: redshift_opened_to_foreign_account
-- title: Data warehouse or its snapshot opened to a foreign account
-- severity: high
-- status: stable
-- attack: [T1537]
-- requires: [management]
-- key: [principal_arn, resource, grantee]
-- description: >
--   A Redshift snapshot, data share or endpoint was opened to an account that is
--   neither in this case nor known, which can then restore or query the data.
-- false_positives:
--   - Sharing data with a partner; name the account as known.
-- blind_spots:
--   - Sharing through Lake Formation.
-- triage:
--   - Ask who owns grantee.
--   - "See what the same access_key_id did with the cluster before: new snapshot, new
--     password."
-- references:
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeSnapshotAccess.html
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeDataShare.html
--   - https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeEndpointAccess.html

WITH grants AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    identity_type,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    event_name,
    coalesce(
      request_parameters ->> '$.snapshotIdentifier', request_parameters ->> '$.snapshotArn',
      request_parameters ->> '$.dataShareArn', request_parameters ->> '$.clusterIdentifier'
    ) AS resource,
    coalesce(
      request_parameters ->> '$.accountWithRestoreAccess', request_parameters ->> '$.consumerIdentifier',
      request_parameters ->> '$.account'
    ) AS grantee
  FROM events
  WHERE operation IN ('redshift:AuthorizeSnapshotAccess', 'redshift:AuthorizeDataShare', 'redshift:AuthorizeEndpointAccess')
    AND error_code IS NULL
)
SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  resource,
  grantee,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ' opened ' || coalesce(resource, '?') || ' to foreign account ' || grantee || ' (' || event_name || ')' AS summary
FROM grants
WHERE grantee <> account_id
  AND NOT EXISTS (SELECT 1 FROM accounts AS a WHERE a.account_id = grantee)
  AND NOT EXISTS (SELECT 1 FROM known AS k WHERE k.kind = 'account_id' AND k.value = grantee);
