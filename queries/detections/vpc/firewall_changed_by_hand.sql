-- id: vpc_firewall_changed_by_hand
-- title: Security group or network ACL changed by hand
-- severity: informational
-- status: stable
-- attack: [T1686.001]
-- requires: [management]
-- key: [principal_arn, resource, operation]
-- description: >
--   A rule of a security group or a network ACL was added, changed or taken away by something
--   else than CloudFormation and Terraform. A fact for the timeline, with what is opened to the
--   world in detections of its own.
-- false_positives:
--   - Almost always ordinary operation, where the organization changes rules in the console.
-- blind_spots:
--   - AWS services are left out by invokedBy. Terraform is left out by what its user agent says (APN/1.0 HashiCorp), because its changes stand in code; anyone can write that.
-- triage:
--   - Does the organization change rules by hand, and is principal_arn one who does?
--   - Compare the rule with the code that is said to make the group resource.
-- references:
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
--   - https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html

SELECT
  event_time,
  [event_id] AS event_ids,
  principal_arn,
  access_key_id,
  source_ip,
  user_agent,
  account_id,
  region,
  operation,
  coalesce(
    nullif(regexp_extract(coalesce(request_parameters, ''), '"((?:sg|acl|aclassoc)-[0-9a-z]+)"', 1), ''),
    request_parameters ->> '$.groupName',
    request_parameters ->> '$.vpcId'
  ) AS resource,
  coalesce(principal_arn, '?') || ' called ' || event_name || ' on ' || coalesce(
    nullif(regexp_extract(coalesce(request_parameters, ''), '"((?:sg|acl|aclassoc)-[0-9a-z]+)"', 1), ''),
    request_parameters ->> '$.groupName',
    request_parameters ->> '$.vpcId',
    '?'
  ) AS summary
FROM events
WHERE operation IN (
    'ec2:AuthorizeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress', 'ec2:RevokeSecurityGroupEgress',
    'ec2:ModifySecurityGroupRules', 'ec2:CreateNetworkAcl', 'ec2:CreateNetworkAclEntry', 'ec2:ReplaceNetworkAclEntry',
    'ec2:DeleteNetworkAcl', 'ec2:DeleteNetworkAclEntry', 'ec2:ReplaceNetworkAclAssociation'
  )
  AND error_code IS NULL
  AND (invoked_by IS NULL OR invoked_by = 'AWS Internal')
  AND identity_type IS DISTINCT FROM 'AWSService'
  AND coalesce(principal_arn, '') NOT LIKE '%:role/aws-service-role/%'
  AND coalesce(user_agent, '') NOT LIKE '%HashiCorp%'
  -- vpc_sensitive_port_opened_to_world has what is opened to everyone.
  AND NOT (
    operation = 'ec2:AuthorizeSecurityGroupIngress'
    AND regexp_matches(coalesce(request_parameters, ''), '"[0-9a-fA-F.:]+/0"')
  );
