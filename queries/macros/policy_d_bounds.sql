-- To what a condition of a policy binds the caller: accounts by their ids, and "other" for
-- an organization, a network, or a resource whose ARN has no account. Empty where it binds
-- nobody: a wildcard, the whole internet, an operator that a missing key satisfies, a key
-- that any caller can set.
CREATE TEMP MACRO policy_bounds(condition) AS
  flatten(list_transform(
    list_filter(
      coalesce(json_keys(condition), []),
      lambda operator: regexp_full_match(operator, '(?i)(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|IpAddress)')
    ),
    lambda operator: flatten(list_transform(
      list_filter(
        coalesce(json_keys(json_extract(condition, operator)), []),
        lambda key: regexp_full_match(
          key,
          '(?i)(aws:(PrincipalOrgID|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|PrincipalServiceName|SourceAccount|SourceArn|SourceOrgID|SourceOrgPaths|SourceOwner|SourceVpc|SourceVpce|SourceIp|VpcSourceIp|userid)|kms:CallerAccount|lambda:SourceAccount|s3:DataAccessPointAccount)'
        )
        -- One value of a list that anybody meets is enough.
        AND len(list_filter(
          json_items(json_extract(json_extract(condition, operator), key)),
          lambda v: regexp_full_match(v ->> '$', '([*]|o-[*]|0[.]0[.]0[.]0/0|::/0|arn:[^:]*:([*].*|[^:]*:[^:]*:[*?]+:.*|s3:::[*].*))')
        )) = 0
      ),
      lambda key: list_transform(
        json_items(json_extract(json_extract(condition, operator), key)),
        lambda v: coalesce(nullif(regexp_extract(v ->> '$', '^(?:arn:[^:]*:[^:]*:[^:]*:)?([0-9]{12})(?::|$)', 1), ''), 'other')
      )
    ))
  ))
