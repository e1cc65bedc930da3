-- id: account_region_opted_in
-- title: AWS Region enabled for the account
-- severity: medium
-- status: stable
-- attack: [T1535]
-- requires: [management]
-- key: [account_id, resource]
-- description: >
--   A Region that is off by default was enabled. Nobody watches a Region that was never
--   used: intruders run machines there.
-- false_positives:
--   - Expansion of the business to that part of the world.
-- blind_spots:
--   - Regions that are on by default need no such call; first use of a Region is a detection of its own.
-- triage:
--   - Is anything running there? List events with that region after event_time.
--   - Is the trail multi-Region, and are GuardDuty and Config enabled there?
-- references:
--   - https://docs.aws.amazon.com/accounts/latest/reference/API_EnableRegion.html
--   - https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  coalesce(request_parameters ->> '$.RegionName', request_parameters ->> '$.regionName') AS resource,
  coalesce(identity_arn, principal_arn, identity_type, 'someone') || ' enabled Region '
    || coalesce(request_parameters ->> '$.RegionName', request_parameters ->> '$.regionName', '?')
    || ' in account ' || coalesce(request_parameters ->> '$.AccountId', account_id, '?') AS summary
FROM events
WHERE operation = 'account:EnableRegion'
  AND error_code IS NULL;
