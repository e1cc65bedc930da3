-- id: ec2_instance_profile_changed
-- title: Role of a running instance attached or replaced
-- severity: medium
-- status: stable
-- attack: [T1098.003, T1578.005]
-- requires: [management]
-- key: [principal_arn, resource, profile]
-- description: >
--   Somebody gave an existing instance another role. Whoever can log in to the machine then acts
--   with it; it is a step from a machine to administration.
-- false_positives:
--   - Operators who add the Systems Manager role to old machines by hand.
-- blind_spots:
--   - Done by AWS services for somebody (Quick Setup, CloudFormation) is left out by invokedBy. What the role may do is not in the event.
-- triage:
--   - What may profile do that the caller may not? An administrator's role on a small machine is the finding.
--   - Did the same access_key_id call PassRole's companions before, such as CreateInstanceProfile or AddRoleToInstanceProfile?
--   - Look for calls of the new role with the session name of the instance after event_time.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html

WITH changes AS (
  SELECT
    event_time,
    event_id,
    principal_arn,
    access_key_id,
    source_ip,
    user_agent,
    account_id,
    region,
    event_name,
    coalesce(
      nullif(regexp_extract(coalesce(request_parameters, ''), '"(i-[0-9a-f]+)"', 1), ''),
      nullif(regexp_extract(coalesce(response_elements, ''), '"(i-[0-9a-f]+)"', 1), ''),
      nullif(regexp_extract(coalesce(request_parameters, ''), '"(iip-assoc-[0-9a-f]+)"', 1), '')
    ) AS resource,
    coalesce(
      nullif(regexp_extract(coalesce(request_parameters, ''), ':instance-profile/([^"]+)"', 1), ''),
      nullif(regexp_extract(coalesce(request_parameters, ''), '"[nN]ame":"([^"]+)"', 1), '')
    ) AS profile
  FROM events
  WHERE operation IN ('ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation')
    AND error_code IS NULL
    AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
    AND identity_type IS DISTINCT FROM 'AWSService'
    AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
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
  profile,
  coalesce(principal_arn, '?') || CASE WHEN event_name LIKE 'Replace%' THEN ' replaced' ELSE ' attached' END
    || ' the role of ' || coalesce(resource, '?') || ' with instance profile ' || coalesce(profile, '?') AS summary
FROM changes;
