-- To whom the Allow statements of a resource's policy, or a role's trust policy, give
-- something: grantee is * for everyone, an account's id, a service (ec2.amazonaws.com), an
-- identity provider's ARN, or the principal as it stands. bound is set where a condition
-- names accounts, an organization, ARNs, a VPC or addresses that the caller must be of:
-- then everyone is not everyone.
CREATE TEMP MACRO policy_grants(policy) AS
  flatten(list_transform(
    list_filter(policy_statements(policy), lambda s: (s ->> '$.Effect') = 'Allow'),
    lambda s: list_transform(
      CASE
        WHEN (s -> '$.NotPrincipal') IS NOT NULL THEN ['*']
        WHEN json_type(s, '$.Principal') = 'VARCHAR' THEN [s ->> '$.Principal']
        ELSE coalesce(list_transform(
          json_items(s -> '$.Principal.AWS') || json_items(s -> '$.Principal.Service')
            || json_items(s -> '$.Principal.Federated') || json_items(s -> '$.Principal.CanonicalUser'),
          lambda p: p ->> '$'
        ), [])
      END,
      lambda p: {
        'grantee': CASE
          WHEN p = '*' THEN '*'
          WHEN regexp_matches(p, '^arn:[a-z-]+:(iam|sts)::[0-9]{12}:(root|user|role|assumed-role|federated-user|group)') THEN regexp_extract(p, '::([0-9]{12}):', 1)
          ELSE p
        END,
        'principal': p,
        'actions': list_transform(json_items(coalesce(s -> '$.Action', s -> '$.NotAction')), lambda a: a ->> '$'),
        'bound': regexp_matches(
          coalesce(CAST(s -> '$.Condition' AS VARCHAR), ''),
          '"(aws:(PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|SourceAccount|SourceArn|SourceOrgID|SourceOrgPaths|SourceOwner|SourceVpc|SourceVpce|SourceIp|VpcSourceIp|userid)|kms:CallerAccount|kms:ViaService|lambda:SourceAccount|s3:DataAccessPointAccount|sns:Endpoint)"',
          'i'
        ),
        'condition': s -> '$.Condition'
      }
    )
  ))
