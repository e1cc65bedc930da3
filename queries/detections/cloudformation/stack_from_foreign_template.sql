-- id: cloudformation_stack_from_foreign_template
-- title: Stack with IAM resources from a template of an unusual place
-- severity: low
-- status: stable
-- attack: [T1578, T1098.003]
-- requires: [management]
-- key: [principal_arn, resource]
-- description: >
--   A stack was created or updated by hand from a template whose address is no bucket
--   that CloudFormation or the CDK makes and does not carry the number of the account,
--   and it may make IAM resources. Links that create a stack in one click work like
--   this, those of vendors and those of phishers.
-- false_positives:
--   - Onboarding of vendors, templates in a bucket of the company.
-- blind_spots:
--   - Templates that are uploaded in the console are in an own bucket.
--   - Calls by AWS services for someone are left out.
-- triage:
--   - Open the template and read roles, trust policies and functions in it.
--   - "List what the stack created: events with invoked_by
--     cloudformation.amazonaws.com after event_time."
-- references:
--   - https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  request_parameters ->> '$.stackName' AS resource,
  request_parameters ->> '$.templateURL' AS template,
  coalesce(principal_arn, identity_type, 'someone unnamed') || ': ' || event_name || ' ' || coalesce(request_parameters ->> '$.stackName', '?') || ' from ' || (request_parameters ->> '$.templateURL') AS summary
FROM events
WHERE operation IN ('cloudformation:CreateStack', 'cloudformation:UpdateStack')
  AND error_code IS NULL
  AND invoked_by IS NULL
  AND (request_parameters ->> '$.templateURL') IS NOT NULL
  AND regexp_matches(request_parameters, 'CAPABILITY_(NAMED_)?IAM')
  AND NOT regexp_matches(request_parameters ->> '$.templateURL', '(cf-templates-|/cdk-|//cdk-|aws-sam-cli|serverlessdeploymentbucket)')
  AND NOT contains(request_parameters ->> '$.templateURL', account_id);
